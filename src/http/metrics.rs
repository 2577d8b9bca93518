//! Counts of requests by route and status, and how long they took, in Prometheus' text form.
//!
//! By hand: two kinds of series over a fixed set of routes are less code than a registry, and counting
//! takes no lock.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Statuses that are counted apart; 0 stands for all others.
const STATUSES: [u16; 11] = [200, 304, 308, 400, 404, 405, 410, 413, 500, 503, 0];

/// Upper ends of the histogram's buckets, in microseconds.
const BUCKETS: [u64; 12] =
    [100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 1_000_000, 10_000_000];

/// What a request was answered by: a place in the list that [`Metrics::new`] was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label(pub usize);

/// The counts, one series a label.
#[derive(Debug)]
pub struct Metrics {
    series: Vec<Series>,
}

#[derive(Debug)]
struct Series {
    route: &'static str,
    statuses: [AtomicU64; STATUSES.len()],
    buckets: [AtomicU64; BUCKETS.len() + 1],
    microseconds: AtomicU64,
}

impl Metrics {
    /// No requests yet, for these routes.
    pub fn new(routes: impl IntoIterator<Item = &'static str>) -> Self {
        let series = routes
            .into_iter()
            .map(|route| Series {
                route,
                statuses: Default::default(),
                buckets: Default::default(),
                microseconds: AtomicU64::new(0),
            })
            .collect();
        Self { series }
    }

    /// Counts a request. What has no label counts under the last one.
    pub fn record(&self, label: Option<Label>, status: u16, took: Duration) {
        let index = label.map_or(usize::MAX, |label| label.0).min(self.series.len().saturating_sub(1));
        let Some(series) = self.series.get(index) else { return };
        let status = STATUSES.iter().position(|known| *known == status).unwrap_or(STATUSES.len() - 1);
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = BUCKETS.iter().position(|end| took <= *end).unwrap_or(BUCKETS.len());
        series.statuses[status].fetch_add(1, Ordering::Relaxed);
        series.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        series.microseconds.fetch_add(took, Ordering::Relaxed);
    }

    /// The counts as text; routes that nobody asked for are left out.
    pub fn write(&self, out: &mut String) {
        head(out, "shouce_http_requests_total", "counter", "Requests by route and status.");
        for series in &self.series {
            for (status, count) in STATUSES.iter().zip(&series.statuses) {
                let count = count.load(Ordering::Relaxed);
                if count > 0 {
                    let status = if *status == 0 { "other".to_owned() } else { status.to_string() };
                    let route = series.route;
                    line(
                        out,
                        format_args!(
                            "shouce_http_requests_total{{route=\"{route}\",status=\"{status}\"}} {count}"
                        ),
                    );
                }
            }
        }
        let name = "shouce_http_request_duration_seconds";
        head(out, name, "histogram", "Time from the request's head to the answer's.");
        for series in &self.series {
            series.write_histogram(name, out);
        }
    }
}

impl Series {
    fn write_histogram(&self, name: &str, out: &mut String) {
        let counts: Vec<_> = self.buckets.iter().map(|bucket| bucket.load(Ordering::Relaxed)).collect();
        let total: u64 = counts.iter().sum();
        if total == 0 {
            return;
        }
        let route = self.route;
        let mut so_far = 0;
        for (end, count) in BUCKETS.iter().zip(&counts) {
            so_far += count;
            line(out, format_args!("{name}_bucket{{route=\"{route}\",le=\"{}\"}} {so_far}", seconds(*end)));
        }
        line(out, format_args!("{name}_bucket{{route=\"{route}\",le=\"+Inf\"}} {total}"));
        let sum = seconds(self.microseconds.load(Ordering::Relaxed));
        line(out, format_args!("{name}_sum{{route=\"{route}\"}} {sum}"));
        line(out, format_args!("{name}_count{{route=\"{route}\"}} {total}"));
    }
}

/// Writes a value that has no labels.
pub fn gauge(out: &mut String, name: &str, help: &str, value: impl std::fmt::Display) {
    head(out, name, "gauge", help);
    line(out, format_args!("{name} {value}"));
}

fn head(out: &mut String, name: &str, kind: &str, help: &str) {
    line(out, format_args!("# HELP {name} {help}"));
    line(out, format_args!("# TYPE {name} {kind}"));
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing into a string cannot fail.
    let _ = writeln!(out, "{text}");
}

/// Microseconds as a decimal number of seconds, exactly.
fn seconds(microseconds: u64) -> String {
    let (whole, part) = (microseconds / 1_000_000, microseconds % 1_000_000);
    if part == 0 { whole.to_string() } else { format!("{whole}.{part:06}").trim_end_matches('0').to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_route_and_status() {
        let metrics = Metrics::new(["/a", "other"]);
        metrics.record(Some(Label(0)), 200, Duration::from_micros(90));
        metrics.record(Some(Label(0)), 200, Duration::from_millis(3));
        metrics.record(Some(Label(0)), 418, Duration::from_secs(60));
        metrics.record(None, 404, Duration::from_micros(1));
        let mut text = String::new();
        metrics.write(&mut text);
        for expected in [
            "shouce_http_requests_total{route=\"/a\",status=\"200\"} 2\n",
            "shouce_http_requests_total{route=\"/a\",status=\"other\"} 1\n",
            "shouce_http_requests_total{route=\"other\",status=\"404\"} 1\n",
            "shouce_http_request_duration_seconds_bucket{route=\"/a\",le=\"0.0001\"} 1\n",
            "shouce_http_request_duration_seconds_bucket{route=\"/a\",le=\"0.005\"} 2\n",
            "shouce_http_request_duration_seconds_bucket{route=\"/a\",le=\"10\"} 2\n",
            "shouce_http_request_duration_seconds_bucket{route=\"/a\",le=\"+Inf\"} 3\n",
            "shouce_http_request_duration_seconds_sum{route=\"/a\"} 60.00309\n",
        ] {
            assert!(text.contains(expected), "{expected}{text}");
        }
    }
}
