package figure

import (
	"slices"

	"yichuang/internal/errs"
	"yichuang/internal/metric"
)

// Measure names a figure whose records can be listed (口径). Each has one definition, from which the number, the list
// behind it and what it leaves out are made, so that they cannot disagree.
type Measure string

// The measures, named after the hotline reference §5.4.
const (
	MeasureReceived   Measure = "received"   // tickets registered in the period
	MeasureClosed     Measure = "closed"     // tickets closed in the period, however they were answered
	MeasureSent       Measure = "dispatched" // legs sent to units in the period
	MeasureAccepted   Measure = "M1"         // 受理量
	MeasureDirect     Measure = "M1d"        // 直办率
	MeasureSigned     Measure = "M2"         // 签收及时率
	MeasureFinished   Measure = "M3"         // 办结率
	MeasureAll        Measure = "M3b"        // 综合办结率: direct answers counted on both sides
	MeasureFallenDue  Measure = "M3c"        // 到期办结率: what is open and not yet due takes no part
	MeasureOnTime     Measure = "M4"         // 按时办结率（到期口径）: open overdue legs count as late
	MeasureDone       Measure = "M4b"        // 按时办结率（办结口径）: the same legs without the open overdue ones
	MeasureHelping    Measure = "M4h"        // 协办按时率
	MeasureBelow      Measure = "M4d"        // 下级承办按时率
	MeasureOverdue    Measure = "M5"         // 超期未办结, now
	MeasureContacted  Measure = "M6"         // 响应率（先行联系）
	MeasureSolved     Measure = "M7"         // 解决率, by the callers
	MeasureSolvedSelf Measure = "M7b"        // 解决率, by the units' own statement
	MeasureExplained  Measure = "M7e"        // 解释说明: callers who were given an explanation, a bucket of its own
	MeasureSatisfied  Measure = "M8"         // 满意率, 基本满意 counts whole
	MeasureWeighted   Measure = "M8w"        // 满意率, 基本满意 counts 0.8
	MeasureBoth       Measure = "M9"         // 双满意率: with the result and the attitude
	MeasureEither     Measure = "M9s"        // 单满意率: with exactly one of them
	MeasureAttempted  Measure = "M10"        // 回访覆盖率
	MeasureReached    Measure = "M10r"       // 成功回访率
	MeasureReturned   Measure = "M11"        // 退单率
	MeasureUnfounded  Measure = "M11d"       // 不当退单率
	MeasureWellSent   Measure = "M12"        // 派单准确率
	MeasureReworked   Measure = "M13"        // 重办率
	MeasureExtended   Measure = "M14"        // 延期率
	MeasureParked     Measure = "M14s"       // 挂账率, now
	MeasureWorkTime   Measure = "M15"        // 平均办理时长, office time without suspensions
	MeasureWallTime   Measure = "M15w"       // 平均办理时长, by the clock
	MeasureRepeated   Measure = "M16"        // 重复诉求率
	MeasureKnowledge  Measure = "M17"        // 知识库更新及时率
	MeasureCorrection Measure = "M17c"       // 知识库纠错及时率
	MeasureAnswered   Measure = "M18"        // 接通率
	MeasureWait       Measure = "M18w"       // 平均等待时长
	MeasureAbandoned  Measure = "M18a"       // 放弃率
)

// partRows is one part of a measure: which rows it counts, and with what weight.
type partRows struct {
	scan  scanName
	when  map[string]string // arm → condition; an arm that is not named has none of it
	value string            // what a row adds, 1 where empty
}

// definition is all that there is to say about a measure.
type definition struct {
	code          Measure
	label, rule   string
	num, den, out string // what the parts are called; "" for a part that the measure does not have
	form          metric.Form
	unit          string
	scale         int64
	parts         map[metric.Part]partRows
	pending       *partRows // records that are not settled: while there are any, the figure is provisional
	now           bool      // of this moment, whatever the period
	other         bool      // counted by another module
	lower         bool      // less is better
}

// rowsOf gives where a part's records are; the denominator of a plain count is the count.
func (d *definition) rowsOf(p metric.Part) (partRows, bool) {
	s, ok := d.parts[p]
	if !ok && p == metric.Denominator && d.form == metric.Count {
		s, ok = d.parts[metric.Numerator]
	}
	return s, ok
}

func definitionOf(m Measure) (*definition, bool) {
	i := slices.IndexFunc(definitions, func(d definition) bool { return d.code == m })
	if i < 0 {
		return nil, false
	}
	return &definitions[i], true
}

// MeasureInfo describes a measure to readers.
type MeasureInfo struct {
	Code        Measure     `json:"code"`
	Label       string      `json:"label"`
	Rule        string      `json:"rule"`
	Numerator   string      `json:"numerator"`
	Denominator string      `json:"denominator,omitempty"`
	Excluded    string      `json:"excluded,omitempty"`
	Form        metric.Form `json:"form"`
	Unit        string      `json:"unit,omitempty"`
	Now         bool        `json:"now,omitempty"`
	Lower       bool        `json:"lower_is_better,omitempty"`
	ByUnit      bool        `json:"by_unit"`
}

// Measures lists every measure in the order of the reference.
func Measures() []MeasureInfo {
	var out []MeasureInfo
	for i := range definitions {
		out = append(out, definitions[i].info())
	}
	return out
}

func (d *definition) info() MeasureInfo {
	return MeasureInfo{Code: d.code, Label: d.label, Rule: d.rule, Numerator: d.num, Denominator: d.den, Excluded: d.out, Form: d.form, Unit: d.unit, Now: d.now, Lower: d.lower,
		ByUnit: !d.other || d.code == MeasureKnowledge}
}

// Info describes the measure; the zero value where there is none of that name.
func (m Measure) Info() MeasureInfo {
	if d, ok := definitionOf(m); ok {
		return d.info()
	}
	return MeasureInfo{}
}

// Label is the measure's name in the office.
func (m Measure) Label() string { return m.Info().Label }

// Rule says in one sentence what is counted.
func (m Measure) Rule() string { return m.Info().Rule }

// MeasureRules is the version of the definitions; a figure that is frozen keeps it.
const MeasureRules = "hotline-metrics/1"

// ErrMeasure refuses a figure that does not exist.
var ErrMeasure = errs.New(errs.NotFound, "hotline.measure", "没有这个统计口径。请从统计首页进入。")

// RecordKind is what the records of a measure's part are.
type RecordKind string

// The kinds of record.
const (
	RecordTicket RecordKind = "ticket"
	RecordLeg    RecordKind = "leg"
	RecordCall   RecordKind = "call"
	RecordAsk    RecordKind = "ask"

	RecordReview     RecordKind = "review"     // of a knowledge entry
	RecordCorrection RecordKind = "correction" // a request to correct one
	RecordPhone      RecordKind = "phone"      // a call offered to the desks
)

// Records says what the records of a part are; "" for a part that the measure does not have.
func (m Measure) Records(p metric.Part) RecordKind {
	d, ok := definitionOf(m)
	if !ok {
		return ""
	}
	if d.other && (p == metric.Numerator || p == metric.Denominator) {
		return fedRecords[m]
	}
	rows, ok := d.rowsOf(p)
	if !ok {
		return ""
	}
	return map[string]RecordKind{"t": RecordTicket, "l": RecordLeg, "c": RecordCall, "k": RecordAsk}[scanBases[rows.scan].alias]
}
