//! Temporary: prints diagnostics until the command line stands.
fn main() {
    let root = std::env::args().nth(1).unwrap_or_else(|| "handbook".into());
    let sources = shouce::source::read(std::path::Path::new(&root)).unwrap();
    let compiled = shouce::compile::compile(&sources);
    for d in &compiled.diagnostics {
        let text = sources.text(&d.span.file);
        let at = d.span.start.min(text.len());
        let line = text[..at].matches('\n').count() + 1;
        let col = text[..at].rsplit('\n').next().unwrap_or("").chars().count() + 1;
        println!(
            "{}:{}:{}: {}[{}] {} {} {}",
            d.span.file,
            line,
            col,
            d.rule.severity.chinese(),
            d.rule.code,
            d.message,
            d.label,
            d.help
        );
    }
    println!("{} norms, {} diagnostics", compiled.handbook.norms.len(), compiled.diagnostics.len());
}
