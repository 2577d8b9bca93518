//! The closed sets of words that authors choose from, each with its Chinese and its English name.

use schemars::JsonSchema;
use serde::Serialize;

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$item_meta:meta])* $item:ident $chinese:literal $english:literal;)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
        pub enum $name {
            $(
                $(#[$item_meta])*
                #[doc = concat!("", $chinese)]
                #[serde(rename = $english)]
                $item,
            )*
        }

        impl $name {
            /// Every word: Chinese, English, value.
            pub const CHOICES: &'static [(&'static str, &'static str, Self)] = &[$(($chinese, $english, Self::$item)),*];

            /// The word that authors and readers see.
            pub fn chinese(self) -> &'static str {
                match self { $(Self::$item => $chinese),* }
            }

            /// The word that programs see.
            pub fn english(self) -> &'static str {
                match self { $(Self::$item => $english),* }
            }

            /// The value of a Chinese or English word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::CHOICES.iter().find(|(chinese, english, _)| word == *chinese || word == *english).map(|c| c.2)
            }

            /// All Chinese words, for messages.
            pub fn all() -> impl Iterator<Item = &'static str> {
                Self::CHOICES.iter().map(|c| c.0)
            }
        }
    };
}

words! {
    /// Level of a platform.
    Level { City "市" "city"; District "区" "district"; Street "街" "street"; }
}

words! {
    /// Kind of a document.
    NormKind {
        System "制度" "system";
        Service "服务规范" "service";
        Procedure "工作程序" "procedure";
        Post "岗位说明" "post";
        Answers "应答要点" "answers";
        Standard "标准草案" "standard";
        Terms "术语" "terms";
        Forms "表单" "forms";
        Part "部" "part";
        Page "页面" "page";
    }
}

words! {
    /// State of a norm.
    Status {
        Draft "草拟" "draft";
        Trial "试行" "trial";
        Effective "现行" "effective";
        Superseded "被替代" "superseded";
        Withdrawn "废止" "withdrawn";
    }
}

words! {
    /// How a clause binds, told by its verb.
    Modality {
        Shall "应" "shall";
        ShallNot "不应" "shall-not";
        Should "宜" "should";
        ShouldNot "不宜" "should-not";
        May "可" "may";
        NeedNot "不必" "need-not";
        /// An outside legal duty, only inside a sentence covered by 【法】.
        Must "法定" "must";
        Statement "陈述" "statement";
    }
}

words! {
    /// What an adopter may do with a clause or parameter.
    Tailor {
        Locked "锁定" "locked";
        Tighten "只可加严" "tighten";
        Free "可调整" "free";
        Removable "可删" "removable";
    }
}

words! {
    /// What a role has to do with a clause.
    Duty {
        Responsible "执行" "responsible";
        Accountable "负责" "accountable";
        Verifier "复核" "verifier";
        Consulted "会签" "consulted";
        Informed "知会" "informed";
    }
}

words! {
    /// How an assessor finds out.
    Method {
        Examine "查阅" "examine";
        Observe "观察" "observe";
        Interview "访谈" "interview";
        Test "测试" "test";
        Sample "抽样" "sample";
        Recompute "复算" "recompute";
    }
}

words! {
    /// Type of a form's field.
    FieldType {
        String "文本" "string";
        Text "长文本" "text";
        Integer "整数" "integer";
        Decimal "小数" "decimal";
        Date "日期" "date";
        Time "时间" "time";
        DateTime "日期时间" "datetime";
        Choice "单选" "choice";
        Choices "多选" "choices";
        Boolean "是否" "boolean";
        Attachment "附件" "attachment";
        Signature "签名" "signature";
        Person "人员" "person";
        Organisation "组织" "organisation";
        Reference "引用" "ref";
    }
}

words! {
    /// Whether a field holds personal information.
    Personal { None "无" "none"; Ordinary "一般" "ordinary"; Sensitive "敏感" "sensitive"; }
}

words! {
    /// How long a record is kept; the years stand in the norm on archives.
    Keep {
        Permanent "永久" "permanent";
        Long "长期" "long";
        Fixed "定期" "fixed";
        Short "短期" "short";
        WithCase "随件" "with-case";
    }
}

words! {
    /// Which number of a rate an entry of a form counts into.
    RatePart { Numerator "分子" "numerator"; Denominator "分母" "denominator"; }
}

words! {
    /// Type of a parameter.
    ParameterType {
        Duration "时长" "duration";
        Number "数量" "number";
        Percent "百分比" "percent";
        Choice "选项" "choice";
        Text "文本" "text";
        MonthDay "月日" "month-day";
    }
}

words! {
    /// Which direction of a parameter is the stricter one.
    Stricter { Lower "更低" "lower"; Higher "更高" "higher"; None "无" "none"; }
}

words! {
    /// Unit of a number.
    Unit {
        Workday "工作日" "workday";
        Day "日" "day";
        Hour "小时" "hour";
        WorkHour "工作小时" "work-hour";
        Minute "分钟" "minute";
        Time "次" "time";
        Person "人" "person";
        PersonFormal "名" "person-formal";
        Piece "件" "piece";
        Item "项" "item";
        Point "分" "point";
        ClassHour "学时" "class-hour";
        Ring "声" "ring";
        Month "月" "month";
        Year "年" "year";
        SquareMetre "㎡" "square-metre";
        Percent "%" "percent";
    }
}

impl Unit {
    /// Whether an amount in this unit is a length of time.
    pub fn is_duration(self) -> bool {
        matches!(
            self,
            Self::Workday | Self::Day | Self::Hour | Self::WorkHour | Self::Minute | Self::Month | Self::Year
        )
    }

    /// An amount as it stands in a sentence: `5个工作日`, `30分钟`, `2个月`, `90%`.
    pub fn amount(self, number: &str) -> String {
        let classifier = match self {
            Self::Workday | Self::WorkHour | Self::Month => "个",
            _ => "",
        };
        format!("{number}{classifier}{}", self.chinese())
    }
}

words! {
    /// State of a source of law, as far as the registry knows it.
    SourceStatus {
        /// Name, number and dates are reliable; whether it is in force is still to be looked up.
        Verified "已核实" "verified";
        ToVerify "待核" "to-verify";
        Amended "已修改" "amended";
        Repealed "废止" "repealed";
        Draft "草案" "draft";
    }
}

words! {
    /// Rank of a source of law.
    SourceRank {
        Law "法律" "law";
        Regulation "行政法规" "regulation";
        Rule "部门规章" "ministry-rule";
        Local "地方性法规" "local-regulation";
        Document "规范性文件" "document";
        Standard "标准" "standard";
        Party "党内法规" "party-rule";
        Consultation "征求意见稿" "consultation-draft";
    }
}

words! {
    /// Type of a fact that a condition asks for.
    FactType { Boolean "是否" "boolean"; Choice "选项" "choice"; Number "数值" "number"; Date "日期" "date"; }
}

words! {
    /// Whether the items of a checklist are done in order.
    Order { Sequential "按序" "sequential"; Any "任意" "any"; }
}

words! {
    /// How the points of a scoring item come about.
    ScoreMethod { Threshold "达到型" "threshold"; Ratio "比例型" "ratio"; Grade "档次型" "grade"; }
}

words! {
    /// What an assessor found a requirement or item to be.
    AnswerStatus {
        Satisfied "符合" "satisfied";
        Partial "部分符合" "partial";
        NotSatisfied "不符合" "not-satisfied";
        NotApplicable "不适用" "not-applicable";
        NotChecked "未查" "not-checked";
    }
}

words! {
    /// Who assesses.
    Assessor { Own "自评" "self"; Authority "委托方" "authority"; ThirdParty "第三方" "third-party"; }
}

words! {
    /// What a mark 【…】 says of the words before it.
    MarkKind {
        Law "法" "law";
        Source "源" "source";
        Parameter "参" "parameter";
        Example "例" "example";
        Table "表" "table";
    }
}

words! {
    /// A registry that a line 【表：…】 stands for.
    Registry {
        Terms "术语" "terms";
        Parameters "参数" "parameters";
        Roles "角色" "roles";
        Sources "依据" "sources";
        Indicators "指标" "indicators";
        SourceFacts "来源事实" "source-facts";
        Forms "表单" "forms";
        Checklists "检查表" "checklists";
        Schedule "周期事项" "schedule";
    }
}

words! {
    /// What a record of an edition is.
    RecordType {
        Norm "规范" "norm";
        Section "章节" "section";
        Clause "条款" "clause";
        Checklist "检查表" "checklist";
        Item "检查项" "item";
        Form "表单" "form";
        FormField "字段" "field";
        Parameter "参数" "parameter";
        Role "角色" "role";
        Source "依据" "source";
        Indicator "指标" "indicator";
        Term "术语" "term";
    }
}

words! {
    /// What can be written about a thing, by the keys that authors use.
    RecordField {
        Title "标题" "title";
        Text "正文" "text";
        Modality "能愿动词" "modality";
        Roles "责任" "roles";
        Due "时限" "due";
        Schedule "频次" "schedule";
        Condition "适用" "applies-if";
        Levels "层级" "levels";
        Evidence "证据" "evidence";
        Record "记录" "record";
        Method "方法" "method";
        Criteria "判定" "criteria";
        Tailor "裁剪" "tailor";
        Basis "依据" "basis";
        Exception "异常" "exception";
        Note "说明" "note";
        Checks "查" "checks";
        Indicators "指标" "indicators";
        Veto "否决" "veto";
        Points "分值" "points";
        Grading "评分" "grading";
        Sample "抽样" "sample";
        Lookouts "看点" "lookouts";
        Deduction "扣分" "deduction";
        Variants "分级" "variants";
        Order "顺序" "order";
        Scoring "评分表" "scoring";
        Weights "权重" "weights";
        Review "复核" "review";
        Grades "等级" "grades";
        FilledBy "填写" "filled-by";
        Keep "保存" "keep";
        Rows "明细" "rows";
        Unique "唯一" "unique";
        Exclusive "不重叠" "exclusive";
        Counts "计入" "counts";
        Type "类型" "type";
        Required "必填" "required";
        Options "选项" "options";
        Personal "个人信息" "personal";
        Visible "可见" "visible-to";
        Unit "单位" "unit";
        City "市级值" "city";
        District "区级值" "district";
        Street "街级值" "street";
        AtLeast "下限" "min";
        AtMost "上限" "max";
        Stricter "更严" "stricter";
        Status "状态" "status";
        Effective "生效日" "effective";
        Owner "主责" "owner";
        Readers "读者" "readers";
        Checked "核对日" "checked-on";
        Department "部门" "department";
        Synonyms "同义" "synonyms";
        Deprecated "不用" "deprecated";
        Number "文号" "number";
        Published "公布" "published";
        Numerator "分子" "numerator";
        Denominator "分母" "denominator";
        Target "目标" "target";
    }
}

words! {
    /// What became of a thing or of one of its fields.
    ChangeKind {
        Added "新增" "added";
        Removed "删除" "removed";
        Moved "移动" "moved";
        Split "拆分" "split";
        Merged "合并" "merged";
        Editorial "排版" "editorial";
        Reworded "改写" "reworded";
        Raised "提高" "raised";
        Lowered "放宽" "lowered";
        Tighter "收紧" "tighter";
        Looser "放松" "looser";
        Wider "扩大" "wider";
        Narrower "缩小" "narrower";
        Extended "增加" "extended";
        Reduced "减少" "reduced";
        Reordered "次序" "reordered";
        Rechecked "复核日" "rechecked";
        Changed "改动" "changed";
    }
}

words! {
    /// Whether a change matters to those who acknowledged the text before.
    ChangeClass { Material "实质" "material"; Editorial "文字" "editorial"; }
}
