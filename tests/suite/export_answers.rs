//! Answers of an assessor: out and in again without a change, and nothing stale taken in.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use shouce::export::{self, Answer, Selection};
use shouce::id::Id;
use shouce::model::Handbook;
use shouce::vocabulary::{AnswerStatus, Level};

use crate::export_xlsx::scored;

fn handbook() -> Handbook {
    scored().compile().handbook
}

fn table(handbook: &Handbook, answers: &[Answer]) -> Vec<u8> {
    export::answers_csv(handbook, &Selection::all(), Level::City, answers).unwrap()
}

/// The table as text, without its byte order mark.
fn text(handbook: &Handbook, answers: &[Answer]) -> String {
    String::from_utf8(table(handbook, answers)).unwrap().trim_start_matches('\u{feff}').to_owned()
}

/// What can be answered: id, fingerprint, full points in hundredths, in the order of the table.
fn questions(handbook: &Handbook) -> Vec<(Id, String, u32)> {
    let clauses = handbook.clauses().filter(|(_, clause)| clause.is_requirement());
    let clauses = clauses.map(|(_, clause)| (clause.id.clone(), clause.text_fingerprint(), 0));
    let items = handbook.checklists().flat_map(|(_, list)| &list.items).map(|item| {
        (item.id.clone(), item.text_fingerprint(), item.score.as_ref().map_or(0, |score| score.points))
    });
    clauses.chain(items).collect()
}

fn answered(handbook: &Handbook, id: &str) -> Answer {
    let (id, text_fp, _) = questions(handbook).into_iter().find(|(found, ..)| found.as_str() == id).unwrap();
    let (note, evidence_link) = (String::new(), String::new());
    Answer { id, text_fp, status: Some(AnswerStatus::Satisfied), score: None, note, evidence_link }
}

/// What is said of the one row that is refused.
fn refusal(handbook: &Handbook, table: &str) -> String {
    let refusals = export::read_answers(handbook, table.as_bytes()).unwrap_err();
    assert_eq!(refusals.len(), 1, "{refusals:?}");
    refusals[0].to_string()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_goes_out_comes_in_unchanged(
        given in vec(option::of((0..5usize, option::of(0..=10_000u32), "['=+@\\-＝]{0,3}\\PC{0,12}", "[\\PC\\r\\n\"，,]{0,8}")), 4),
    ) {
        let handbook = handbook();
        let questions = questions(&handbook);
        prop_assert_eq!(questions.len(), given.len());
        let answers: Vec<Answer> = questions
            .into_iter()
            .zip(given)
            .filter_map(|((id, text_fp, full), given)| {
                let (status, score, note, evidence_link) = given?;
                let score = score.map(|score| score.min(full)).filter(|_| full > 0);
                let status = AnswerStatus::CHOICES[status].2;
                let status = if score.is_some() && full % 2 == 0 { None } else { Some(status) };
                Some(Answer { id, text_fp, status, score, note, evidence_link })
            })
            .collect();
        let read = export::read_answers(&handbook, &table(&handbook, &answers));
        prop_assert_eq!(read, Ok(answers));
    }

    #[test]
    fn no_table_brings_the_reader_down(bytes in vec(any::<u8>(), 0..200)) {
        let _ = export::read_answers(&handbook(), &bytes);
    }
}

#[test]
fn an_empty_table_holds_no_answers() {
    let handbook = handbook();
    assert_eq!(export::read_answers(&handbook, &table(&handbook, &[])), Ok(Vec::new()));
}

#[test]
fn an_answer_to_a_question_that_has_changed_is_refused_with_its_place() {
    let handbook = handbook();
    let table = table(&handbook, &[answered(&handbook, "CK-TS-01-1.A2")]);
    let changed =
        scored().body(&crate::export_xlsx::SCORED.replace("**A2** 答复", "**A2** 书面答复")).compile();
    let refusals = export::read_answers(&changed.handbook, &table).unwrap_err();
    assert_eq!(refusals.len(), 1);
    // The clause and the first item stand above it.
    assert_eq!((refusals[0].line, refusals[0].column), (4, "text_fp"));
    assert!(
        refusals[0].to_string().starts_with("第 4 行 text_fp 栏：CK-TS-01-1.A2 的文字"),
        "{}",
        refusals[0]
    );
}

#[test]
fn one_wrong_row_keeps_all_of_them_out() {
    let handbook = handbook();
    let good = text(&handbook, &[answered(&handbook, "TS-01-1.1"), answered(&handbook, "CK-TS-01-1.V1")]);
    assert_eq!(export::read_answers(&handbook, good.as_bytes()).map(|answers| answers.len()), Ok(2));
    let wrong = |from: &str, to: &str| {
        assert!(good.contains(from), "{from} {good}");
        refusal(&handbook, &good.replacen(from, to, 1))
    };
    assert_eq!(
        wrong(",符合,,,", ",好,,,"),
        "第 2 行 status 栏：只能填 符合、部分符合、不符合、不适用、未查，现在是“好”"
    );
    assert_eq!(wrong(",符合,,,", ",,,见附件,"), "第 2 行 status 栏：写了备注或证据，却没有状态");
    assert_eq!(wrong(",符合,,,", ",符合,3,,"), "第 2 行 score 栏：这一条不打分");
    assert_eq!(wrong("\nTS-01-1.1,", "\nTS-01-9.9,"), "第 2 行 id 栏：手册里没有要求或检查项 TS-01-9.9");
    assert_eq!(wrong("evidence_link", "link"), "第 1 行 evidence_link 栏：表里没有这一栏");
    let first = good.lines().nth(1).unwrap();
    assert_eq!(refusal(&handbook, &format!("{good}{first}\n")), "第 6 行 id 栏：TS-01-1.1 已经在上面答过");
    let scored = text(&handbook, &[Answer { score: Some(4000), ..answered(&handbook, "CK-TS-01-1.A2") }]);
    let above = scored.replacen(",符合,40,", ",符合,40.01,", 1);
    assert_eq!(refusal(&handbook, &above), "第 4 行 score 栏：填 0 到 40 的数，至多两位小数，现在是“40.01”");
    let foreign = export::read_answers(&handbook, &[0xb1, 0xe0, 0xba, 0xc5]).unwrap_err();
    assert!(foreign[0].message.contains("UTF-8"));
}
