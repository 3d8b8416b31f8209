package supervision

import (
	"strings"

	"yichuang/internal/errs"
)

// Refusals of this package.
var (
	ErrInput        = errs.New(errs.Invalid, "supervision.input", "填写的内容有误，请改正后再提交。")
	ErrReason       = errs.New(errs.Invalid, "supervision.reason_required", "请写明理由。")
	ErrAlert        = errs.New(errs.NotFound, "supervision.alert", "没有这条预警，或您无权查看。")
	ErrState        = errs.New(errs.Conflict, "supervision.alert_state", "这条预警已经处理过，没有再次处理。请刷新后再看。")
	ErrConflict     = errs.New(errs.Conflict, "supervision.conflict_of_interest", "您经办过这个办件，或由您提出，不能由您来决定。请由其他负责人办理。")
	ErrVersion      = errs.New(errs.Conflict, "supervision.version", "这条预警刚被别人处理过，没有保存。请刷新后再看。")
	ErrRules        = errs.New(errs.Invalid, "supervision.rules", "规则有误，请改正后再保存。")
	ErrNoRules      = errs.New(errs.Conflict, "supervision.no_rules", "今天没有生效的监察规则。请先让一版规则生效。")
	ErrRevision     = errs.New(errs.NotFound, "supervision.revision", "没有这一版规则，或您无权查看。")
	ErrFixed        = errs.New(errs.Conflict, "supervision.rules_fixed", "这一版规则已经生效，不能修改。请另起一版。")
	ErrSample       = errs.New(errs.NotFound, "supervision.sample", "没有这次抽查，或您无权查看。")
	ErrNothing      = errs.New(errs.Conflict, "supervision.empty_population", "这个范围内没有办结的办件，没有可抽的。请换一个时间段或范围。")
	ErrChecked      = errs.New(errs.Conflict, "supervision.sample_checked", "这个办件已经检查过，结论不能修改。")
	ErrOwnUnit      = errs.New(errs.Conflict, "supervision.own_unit", "检查人是办件单位的人，或经办过这个办件，不能检查。请换一人检查。")
	ErrGazette      = errs.New(errs.NotFound, "supervision.gazette", "没有公布过这个时期的监察结果，或您无权查看。")
	ErrGazetteOpen  = errs.New(errs.Conflict, "supervision.gazette_open", "这个时期还没有结束，不能公布。请在期末以后办理。")
	ErrGazetteAgain = errs.New(errs.Conflict, "supervision.gazette_again", "这个时期的监察结果已经公布，没有再次公布。确需更正的，请写明理由。")
	ErrUnchecked    = errs.New(errs.Conflict, "supervision.unchecked", "还有办件没有检查，不能结束这次抽查。")
)

// RefusalCode is the stable code of a refusal in capitals, whichever package refused.
func RefusalCode(err error) string {
	if err == nil {
		return ""
	}
	_, name, _ := strings.Cut(errs.CodeOf(err), ".")
	return strings.ToUpper(name)
}
