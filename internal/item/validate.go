package item

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"yichuang/internal/errs"
	"yichuang/internal/org"
)

// ErrInput is content that cannot be saved, or is not complete enough to be reviewed.
var ErrInput = errs.New(errs.Invalid, "item.input", "填写的内容有误，没有保存。请按提示修改。")

// The profiles (编码规则) of item codes. Lists in use differ in lengths, so that codes are kept as text and checked by the
// profile of the list that they come from.
const (
	ProfileStandard = "gbt39046" // GB/T 39046-2020: 基本编码 an..10, 实施编码 an..24
	ProfileList     = "list36"   // 实施清单: 基本编码 12, 实施编码 36
	ProfilePortal   = "portal"   // 门户分段编码: parts joined by hyphens, as portals export them
	ProfilePackage  = "package"  // 一件事: a code of the centre's own
)

// Profiles lists the profiles with their names.
func Profiles() []org.Choice {
	return []org.Choice{{Value: ProfileStandard, Label: "国家标准 GB/T 39046（基本编码 10 位、实施编码 24 位以内）"}, {Value: ProfileList, Label: "实施清单（基本编码 12 位、实施编码 36 位以内）"},
		{Value: ProfilePortal, Label: "门户分段编码（各段用短横相连）"}, {Value: ProfilePackage, Label: "一件事（自定）"}}
}

// codePatterns say what a code of a profile looks like: the basic code, and the code of implementation.
var codePatterns = map[string][2]*regexp.Regexp{
	ProfileStandard: {regexp.MustCompile(`^[0-9A-Z]{1,10}$`), regexp.MustCompile(`^[0-9A-Z]{1,24}$`)},
	ProfileList:     {regexp.MustCompile(`^[0-9A-Z]{12}$`), regexp.MustCompile(`^[0-9A-Z]{13,36}$`)},
	ProfilePortal:   {regexp.MustCompile(`^[0-9A-Z-]{1,16}$`), regexp.MustCompile(`^[0-9A-Z]{1,20}(-[0-9A-Z]{1,20}){0,15}$`)},
	ProfilePackage:  {regexp.MustCompile(`^[0-9A-Z-]{0,36}$`), regexp.MustCompile(`^[0-9A-Z-]{1,36}$`)},
}

// vague are names of materials that hide conditions: a list names everything (优化营商环境条例 art. 37).
var vague = regexp.MustCompile(`其他.{0,6}(材料|资料|文件|证明)|(等|等其他)(材料|资料|文件)$|(需要|要求|必要)的其他|法律法规规定的其他`)

// vagueCondition are conditions that leave the decision to the office's pleasure.
var vagueCondition = regexp.MustCompile(`其他(条件|情形|要求)|(要求|规定)的其他`)

const (
	maxText  = 2000
	maxName  = 200
	maxParts = 100
)

// checker collects what is wrong with content.
type checker struct{ e *errs.Error }

func (k *checker) say(name, format string, args ...any) { k.e = k.e.Field(name, format, args...) }

func (k *checker) text(name, label, s string, most int) {
	if utf8.RuneCountInString(s) > most {
		k.say(name, "%s %d 个字以内。", label, most)
	}
}

func (k *checker) code(name, label, value string, list []org.Choice) {
	if value != "" && !has(list, value) {
		k.say(name, "%s “%s” 不在代码表中。", label, value)
	}
}

func (k *checker) limit(name, label string, l Limit) {
	if f := l.fault(); f != "" {
		k.say(name, "%s：%s", label, f)
	}
}

// Check says what is wrong with content whatever its state: wrong codes, hidden conditions, references to nothing.
func (c *Content) Check() error {
	k := &checker{ErrInput}
	c.trim()
	if c.Name == "" {
		k.say("name", "请填写事项名称。")
	}
	k.text("name", "事项名称", c.Name, maxName)
	p, ok := codePatterns[c.Profile]
	switch {
	case !ok:
		k.say("profile", "请选择编码规则。")
	case !p[1].MatchString(c.Code):
		k.say("code", "实施编码 “%s” 不符合所选的编码规则（大写字母和数字）。", c.Code)
	case c.BaseCode != "" && !p[0].MatchString(c.BaseCode):
		k.say("base_code", "基本编码 “%s” 不符合所选的编码规则。", c.BaseCode)
	}
	c.checkCodes(k)
	c.checkLimits(k)
	c.checkMaterials(k)
	c.checkParts(k)
	c.checkRenewal(k)
	c.checkStages(k)
	c.checkFirst(k)
	return k.e.OrNil()
}

func (c *Content) trim() {
	for _, s := range []*string{&c.Name, &c.MainName, &c.BaseCode, &c.Code, &c.BusinessCode, &c.OrganCode, &c.Place, &c.Hours, &c.Consult, &c.Complaint, &c.Online, &c.StatutoryBasis, &c.Remedy} {
		*s = strings.TrimSpace(*s)
	}
	for i := range c.Materials {
		c.Materials[i].Name = strings.TrimSpace(c.Materials[i].Name)
	}
}

func (c *Content) checkCodes(k *checker) {
	k.code("kind", "事项类型", string(c.Kind), Kinds())
	k.code("level", "行使层级", c.Level, Levels())
	k.code("case_kind", "办件类型", string(c.CaseKind), CaseKinds())
	k.code("scope", "通办范围", c.Scope, Scopes())
	k.code("depth", "网上办理深度", c.Depth, Depths())
	k.code("joint", "联办方式", c.Joint.Mode, JointModes())
	k.code("result", "结果类型", c.Result.Kind, ResultKinds())
	for _, x := range c.Objects {
		k.code("objects", "服务对象", x, Objects())
	}
	for _, x := range c.Channels {
		k.code("channels", "办理形式", x, Channels())
	}
	for _, x := range c.Themes {
		k.code("themes", "主题", x, Themes())
	}
	if c.Minutes < 0 || c.Minutes > 10000 {
		k.say("std_minutes", "标准工时应在 0 到 10000 分钟之间。")
	}
	if c.Visits.N < 0 || c.Visits.N > 20 {
		k.say("site_visits", "到办事现场次数应在 0 到 20 之间。")
	}
	for name, s := range map[string]string{"place": c.Place, "hours": c.Hours, "remedy": c.Remedy, "quota": c.Quota, "statutory_basis": c.StatutoryBasis, "promise_note": c.PromiseNote} {
		k.text(name, "内容", s, maxText)
	}
	if c.Online != "" && !strings.HasPrefix(c.Online, "https://") && !strings.HasPrefix(c.Online, "http://") {
		k.say("online_address", "网上办理地址应以 http:// 或 https:// 开头。")
	}
}

// The statutory limits of permits (行政许可法 art. 42): 20 working days, 45 where several organs decide together.
const (
	permitDays = 20
	jointDays  = 45
)

func (c *Content) checkLimits(k *checker) {
	k.limit("statutory", "法定办结时限", c.Statutory)
	k.limit("promise", "承诺办结时限", c.Promise)
	k.limit("correction", "补正期限", c.Correction)
	k.limit("pledge_check", "承诺核查期限", c.PledgeCheck)
	if !c.PledgeCheck.IsZero() && (!c.Commitment || c.PledgeCheck.N == 0) {
		k.say("pledge_check", "承诺核查期限只用于可以告知承诺的事项，至少 1 日。")
	}
	if !c.Promise.IsZero() && !c.Statutory.IsZero() && c.Promise.Unit == c.Statutory.Unit && c.Promise.N > c.Statutory.N {
		k.say("promise", "承诺时限 %s 长于法定时限 %s。", c.Promise.Label(), c.Statutory.Label())
	}
	most := permitDays
	if c.Joint.Active() {
		most = jointDays
	}
	if c.Kind == Permit && c.Statutory.Unit == Workday && c.Statutory.N > most && c.StatutoryBasis == "" {
		k.say("statutory_basis", "行政许可的法定时限超过 %d 个工作日，请写明另有规定的法律、法规条文。", most)
	}
	if c.CaseKind == Instant && !c.Promise.IsZero() && c.Promise.N > 1 {
		k.say("promise", "即办件的承诺时限不能超过 1 日。")
	}
	total := 0
	for i, s := range c.Steps {
		k.limit(at("steps", i), "环节时限", s.Limit)
		if s.Limit.Unit == c.Promise.Unit {
			total += s.Limit.N
		}
	}
	if !c.Promise.IsZero() && total > c.Promise.N && c.CaseKind != Instant {
		k.say("steps", "各环节时限合计 %d，超过承诺时限 %s。", total, c.Promise.Label())
	}
}

func (c *Content) checkMaterials(k *checker) {
	if len(c.Materials) > maxParts {
		k.say("materials", "材料最多 %d 项。", maxParts)
	}
	codes := map[string]bool{}
	for i, m := range c.Materials {
		name := at("materials", i)
		if m.Code == "" || codes[m.Code] {
			k.say(name, "每项材料要有不重复的代号，如 M1。")
		}
		codes[m.Code] = true
		if m.Name == "" {
			k.say(name, "请填写材料名称。")
		}
		k.text(name, "材料名称", m.Name, maxName)
		if vague.MatchString(m.Name) {
			k.say(name, "“%s” 没有写明是什么材料。请逐项列出，不能要求清单以外的材料。", m.Name)
		}
		k.code(name, "材料形式", m.Form, Forms())
		k.code(name, "材料来源", m.Source, Sources())
		if m.Originals < 0 || m.Copies < 0 || m.Originals > 50 || m.Copies > 50 {
			k.say(name, "份数应在 0 到 50 之间。")
		}
	}
	questions := map[string]bool{}
	for i, s := range c.Situations {
		name := at("situations", i)
		if s.Code == "" || questions[s.Code] || s.Question == "" {
			k.say(name, "情形要有不重复的代号和问题。")
		}
		questions[s.Code] = true
		if len(s.Answers) < 2 {
			k.say(name, "情形 “%s” 至少要有两个选项。", s.Question)
		}
		c.checkAnswers(k, name, s, codes)
	}
}

func (c *Content) checkAnswers(k *checker, name string, s Situation, codes map[string]bool) {
	seen := map[string]bool{}
	for _, w := range s.Answers {
		if w.Code == "" || seen[w.Code] || w.Label == "" {
			k.say(name, "情形 “%s” 的选项要有不重复的代号和文字。", s.Question)
		}
		seen[w.Code] = true
		for _, m := range w.Materials {
			if !codes[m] {
				k.say(name, "情形 “%s” 的选项 “%s” 用了清单中没有的材料 %s。", s.Question, w.Label, m)
			}
		}
	}
}

func (c *Content) checkParts(k *checker) {
	for i, s := range c.Conditions {
		if vagueCondition.MatchString(s) {
			k.say(at("conditions", i), "受理条件 “%s” 没有写明，请逐条列出，不能设兜底条件。", s)
		}
	}
	for i, s := range c.Steps {
		if s.Name == "" || !has(StepRoles(), s.Role) {
			k.say(at("steps", i), "环节要有名称和办理角色。")
		}
	}
	kinds := map[string]bool{}
	for i, s := range c.Suspensions {
		name := at("suspensions", i)
		if !has(SuspensionKinds(), s.Kind) || kinds[s.Kind] {
			k.say(name, "特别程序只能是听证、招标、拍卖、检验、检测、检疫、鉴定、专家评审，或有依据的现场勘验，每种一次。")
		}
		kinds[s.Kind] = true
		if strings.TrimSpace(s.Basis) == "" {
			k.say(name, "特别程序要写明依据。")
		}
		if s.Kind == Survey && strings.Contains(s.Basis, "行政许可法") {
			k.say(name, "现场勘验不在《行政许可法》第四十五条之内，请写明另外的依据。")
		}
		k.limit(name, "最长时间", s.Max)
	}
	for i, f := range c.Fees {
		if f.Name == "" || f.Basis == "" || f.Fen < 0 || f.Fen == 0 && f.Standard == "" {
			k.say(at("fees", i), "收费项目要有名称、依据和标准。")
		}
	}
	if c.Joint.Active() && c.Joint.Lead == "" {
		k.say("joint", "联办事项要写明牵头部门。")
	}
}

// Complete says what is missing before content can go to review: a guide that people can follow.
func (c *Content) Complete() error {
	if err := c.Check(); err != nil {
		return err
	}
	k := &checker{ErrIncomplete}
	need := func(ok bool, name, text string) {
		if !ok {
			k.say(name, "%s", text)
		}
	}
	need(c.Kind != "", "kind", "请选择事项类型。")
	need(c.Level != "", "level", "请选择行使层级。")
	need(c.CaseKind != "", "case_kind", "请选择办件类型。")
	need(c.IsPackage() || len(c.Bases) > 0, "bases", "请填写设定依据。")
	need(!c.Promise.IsZero(), "promise", "请填写承诺办结时限。")
	need(c.Kind != Permit || !c.Statutory.IsZero(), "statutory", "请填写法定办结时限。")
	need(len(c.Conditions) > 0, "conditions", "请填写受理条件。")
	need(c.IsPackage() || len(c.Materials) > 0, "materials", "请填写材料；不需要申请人提交的，列出由窗口核验的材料。")
	need(len(c.Steps) > 0, "steps", "请填写办理环节。")
	need(len(c.Objects) > 0, "objects", "请选择服务对象。")
	need(len(c.Channels) > 0, "channels", "请选择办理形式。")
	need(len(c.Themes) > 0, "themes", "请选择主题，群众按主题查找办事指南。")
	need(c.Result.Name != "", "result", "请填写办理结果名称。")
	need(c.Place != "", "place", "请填写办理地点。")
	need(c.Hours != "", "hours", "请填写办理时间。")
	need(c.Consult != "", "consult_phone", "请填写咨询电话。")
	need(c.Complaint != "", "complaint_phone", "请填写监督投诉电话。")
	need(c.Visits.N <= 1 || c.Visits.Reason != "", "site_visits", "到现场超过一次的，请写明原因。")
	need(c.Kind != Permit || c.Remedy != "", "remedy", "请写明行政复议和行政诉讼的途径。")
	return k.e.OrNil()
}

// ErrIncomplete is content with gaps that a guide may not have.
var ErrIncomplete = errs.New(errs.Invalid, "item.incomplete", "内容还不完整，没有送审。请补齐后再送。")

func at(name string, i int) string { return name + "." + itoa(i) }
