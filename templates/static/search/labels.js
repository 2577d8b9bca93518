// Labels: what readers see of the words that programs use.

/** Kinds of units. */
export const KINDS = {
  part: "部",
  norm: "规范",
  section: "章节",
  requirement: "要求",
  clause: "条文",
  checklist: "检查表",
  item: "检查项",
  form: "表单",
  term: "术语",
  role: "角色",
  parameter: "参数",
  source: "依据",
  indicator: "指标",
  "source-fact": "来源事实",
  path: "阅读路线",
  page: "页面",
};

/** Why a unit was found. */
export const REASONS = {
  id: "编号",
  literal: "原文",
  script: "繁简",
  synonym: "同义",
  pinyin: "读音",
  slip: "错字",
  initials: "首字母",
  part: "部分",
};

/** Levels of a platform. */
export const LEVELS = { city: "市", district: "区", street: "街" };

/** States of a norm. */
export const STATES = { draft: "草拟", trial: "试行", effective: "现行", superseded: "被替代", withdrawn: "废止" };
