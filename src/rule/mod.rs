//! Every rule a handbook can break: its code, name, severity and page.
//!
//! A page is one Markdown file in `pages/` (what, why, a bad and a good example). `shouce explain`
//! prints it, the site publishes it, and a test runs its examples. A code is never given twice and
//! never changes its meaning.

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The handbook cannot be relied on until this is mended.
    Error,
    /// Very likely a slip.
    Warning,
    /// Worth knowing; never fails a check.
    Note,
}

impl Severity {
    /// The word authors read.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Error => "错误",
            Self::Warning => "警告",
            Self::Note => "提示",
        }
    }

    /// The word programs read.
    pub fn english(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// One rule of the catalogue.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rule {
    /// Stable code, such as `SH0401`.
    pub code: &'static str,
    /// Stable name in kebab-case.
    pub name: &'static str,
    /// How much a finding matters.
    pub severity: Severity,
    /// The page in Markdown. Its first line is the title.
    pub page: &'static str,
}

impl Rule {
    /// The Chinese title: the first line of the page.
    pub fn title(&self) -> &'static str {
        self.page.lines().next().unwrap_or_default().trim_start_matches('#').trim()
    }

    /// The rule with this code or name, in any case.
    pub fn find(word: &str) -> Option<&'static Self> {
        CATALOGUE.iter().copied().find(|rule| rule.code.eq_ignore_ascii_case(word) || rule.name == word)
    }
}

macro_rules! catalogue {
    ($($constant:ident $code:literal $name:literal $severity:ident)*) => {
        $(
            #[doc = concat!("`", $code, "` ", $name, ".")]
            pub const $constant: &Rule = &Rule {
                code: $code,
                name: $name,
                severity: Severity::$severity,
                page: include_str!(concat!("pages/", $code, ".md")),
            };
        )*
        /// All rules, in the order of their codes.
        pub const CATALOGUE: &[&Rule] = &[$($constant),*];
    };
}

catalogue! {
    // Files and bytes.
    NOT_UTF8                "SH0101" "not-utf8"                Error
    CONTROL_CHARACTER       "SH0102" "control-character"       Error
    BIDI_CONTROL            "SH0103" "bidi-control"            Error
    FILE_TOO_LARGE          "SH0104" "file-too-large"          Error
    BYTE_ORDER_MARK         "SH0105" "byte-order-mark"         Warning
    CRLF                    "SH0106" "crlf"                    Warning
    FILE_NAME               "SH0107" "file-name"               Error
    SYMLINK                 "SH0108" "symlink"                 Error
    // Front matter and registries.
    NO_FRONT_MATTER         "SH0201" "no-front-matter"         Error
    UNCLOSED_FRONT_MATTER   "SH0202" "unclosed-front-matter"   Error
    YAML_SYNTAX             "SH0203" "yaml-syntax"             Error
    DUPLICATE_KEY           "SH0204" "duplicate-key"           Error
    UNKNOWN_KEY             "SH0205" "unknown-key"             Error
    MISSING_KEY             "SH0206" "missing-key"             Error
    BAD_VALUE               "SH0207" "bad-value"               Error
    WRONG_SHAPE             "SH0208" "wrong-shape"             Error
    YAML_FEATURE            "SH0209" "yaml-feature"            Error
    YAML_BUDGET             "SH0210" "yaml-budget"             Error
    UNQUOTED_SCALAR         "SH0211" "unquoted-scalar"         Error
    // The shape of the Markdown.
    TITLE_MISMATCH          "SH0301" "title-mismatch"          Error
    RULE_IN_BODY            "SH0302" "rule-in-body"            Error
    HEADING_NUMBER          "SH0303" "heading-number"          Error
    LOST_TASK               "SH0304" "lost-task"               Error
    CHECKED_TASK            "SH0305" "checked-task"            Error
    STRAY_FIELD             "SH0306" "stray-field"             Error
    UNKNOWN_FIELD           "SH0307" "unknown-field"           Error
    LITERAL_EMPHASIS        "SH0308" "literal-emphasis"        Warning
    UNCLOSED_MARK           "SH0309" "unclosed-mark"           Error
    UNKNOWN_MARK            "SH0310" "unknown-mark"            Error
    RAW_HTML                "SH0311" "raw-html"                Error
    PLAIN_NUMBER            "SH0312" "plain-number"            Error
    STEP_TABLE              "SH0313" "step-table"              Error
    CHECKLIST_SHAPE         "SH0314" "checklist-shape"         Error
    FORM_SHAPE              "SH0315" "form-shape"              Error
    STRAY_TASK              "SH0316" "stray-task"              Error
    TOO_DEEP                "SH0317" "too-deep"                Error
    TABLE_TOO_LARGE         "SH0318" "table-too-large"         Error
    TABLE_ROW               "SH0319" "table-row"               Error
    ENTRY_RULE              "SH0320" "entry-rule"              Error
    // Clauses and their fields.
    DUPLICATE_ID            "SH0401" "duplicate-id"            Error
    TWO_VERBS               "SH0402" "two-verbs"               Error
    FOREIGN_VERB            "SH0403" "foreign-verb"            Warning
    BAD_CONDITION           "SH0404" "bad-condition"           Error
    UNKNOWN_FACT            "SH0405" "unknown-fact"            Error
    BAD_DEADLINE            "SH0406" "bad-deadline"            Error
    FREE_SCHEDULE           "SH0407" "free-schedule"           Note
    BAD_FIELD               "SH0408" "bad-field"               Error
    DUPLICATE_FIELD         "SH0409" "duplicate-field"         Error
    NUMBER_OUT_OF_PLACE     "SH0410" "number-out-of-place"     Error
    UNSOURCED_NUMBER        "SH0411" "unsourced-number"        Warning
    BANNED_WORD             "SH0412" "banned-word"             Warning
    FACT_DISAGREES          "SH0413" "fact-disagrees"          Error
    // References and registries.
    DEAD_REFERENCE          "SH0501" "dead-reference"          Error
    PLANNED_EXISTS          "SH0502" "planned-exists"          Error
    PARAMETER_VALUE         "SH0503" "parameter-value"         Error
    NOT_LISTED              "SH0504" "not-listed"              Warning
    DRAFT_AS_BASIS          "SH0505" "draft-as-basis"          Error
    AMBIGUOUS_NAME          "SH0506" "ambiguous-name"          Error
    PARAMETER_BOUNDS        "SH0507" "parameter-bounds"        Error
    CALENDAR_DATE           "SH0508" "calendar-date"           Error
    UNUSED_DECLARATION      "SH0509" "unused-declaration"      Warning
    // Identifiers over time.
    ID_DISAPPEARED          "SH0601" "id-disappeared"          Error
    ID_REUSED               "SH0602" "id-reused"               Warning
    LOCK_BEHIND             "SH0603" "lock-behind"             Warning
    TOMBSTONE               "SH0604" "tombstone"               Error
    STALE_CONFIRMATION      "SH0605" "stale-confirmation"      Warning
    // Scoring.
    SCORING_ITEM            "SH0701" "scoring-item"            Error
    SCORING_TOTAL           "SH0702" "scoring-total"           Error
    // Search.
    LOST_ANSWER             "SH0801" "lost-answer"             Warning
    // Profiles: what an adopter changes.
    PROFILE_BASE            "SH0901" "profile-base"            Error
    PROFILE_TARGET          "SH0902" "profile-target"          Error
    PROFILE_FIELD           "SH0903" "profile-field"           Error
    PROFILE_LOCKED          "SH0904" "profile-locked"          Error
    PROFILE_LOOSER          "SH0905" "profile-looser"          Error
    PROFILE_NOT_REMOVABLE   "SH0906" "profile-not-removable"   Error
    PROFILE_TWICE           "SH0907" "profile-twice"           Error
    PROFILE_FINGERPRINT     "SH0908" "profile-fingerprint"     Error
    PROFILE_LOCAL_ID        "SH0909" "profile-local-id"        Error
    PROFILE_VALUE           "SH0910" "profile-value"           Error
    PROFILE_LEVEL           "SH0911" "profile-level"           Error
    PROFILE_RIGHTS          "SH0912" "profile-rights"          Error
    PROFILE_CONSEQUENCE     "SH0913" "profile-consequence"     Error
    PROFILE_OPEN            "SH0914" "profile-open"            Error
    PROFILE_REDUNDANT       "SH0915" "profile-redundant"       Note
}
