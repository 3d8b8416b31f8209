package casework

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"yichuang/internal/clock"
	"yichuang/internal/document/table"
	"yichuang/internal/errs"
	"yichuang/internal/item"
)

// PlatformRow is one row of the platform's export as it was read.
type PlatformRow struct {
	Line       int           `json:"line"`
	ExternalNo string        `json:"external_no"`
	LocalNo    string        `json:"local_no,omitempty"`
	ItemCode   string        `json:"item_code,omitempty"`
	ItemName   string        `json:"item_name"`
	Unit       string        `json:"unit"`
	Applicant  string        `json:"applicant,omitempty"`
	Kind       item.CaseKind `json:"kind,omitempty"`
	Channel    string        `json:"channel,omitempty"`
	State      State         `json:"state"`
	StateText  string        `json:"state_text"`
	Applied    clock.Instant `json:"applied"`
	Accepted   clock.Instant `json:"accepted,omitzero"`
	Due        clock.Instant `json:"due,omitzero"`
	Decided    clock.Instant `json:"decided,omitzero"`
	Closed     clock.Instant `json:"closed,omitzero"`
	ResultNo   string        `json:"result_no,omitempty"`
	Note       string        `json:"note,omitempty"` // taken with a reservation
	Problem    string        `json:"-"`              // not taken
}

// platformField is one field of a row: its name in a mapping, the heads by which it is known, and how it is read.
type platformField struct {
	name  string
	heads []string // those of GB/T 39046-2020 first
	set   func(r *PlatformRow, s string) error
}

func platformFields() []platformField {
	text := func(at func(r *PlatformRow) *string) func(*PlatformRow, string) error {
		return func(r *PlatformRow, s string) error {
			if utf8.RuneCountInString(s) > 200 {
				return errors.New("超过 200 个字")
			}
			*at(r) = s
			return nil
		}
	}
	moment := func(at func(r *PlatformRow) *clock.Instant) func(*PlatformRow, string) error {
		return func(r *PlatformRow, s string) (err error) {
			*at(r), err = platformTime(s)
			return err
		}
	}
	return []platformField{
		{"external_no", []string{"办件编号", "办件编码", "业务流水号", "申办流水号", "平台办件编号", "projid"}, text(func(r *PlatformRow) *string { return &r.ExternalNo })},
		{"local_no", []string{"本地办件编号", "大厅办件编号"}, text(func(r *PlatformRow) *string { return &r.LocalNo })},
		{"item_code", []string{"实施编码", "事项编码", "事项实施编码", "task_code"}, text(func(r *PlatformRow) *string { return &r.ItemCode })},
		{"item_name", []string{"事项名称", "task_name"}, text(func(r *PlatformRow) *string { return &r.ItemName })},
		{"unit", []string{"实施主体", "受理部门", "受理部门名称", "受理单位名称", "收件部门名称", "办理部门", "承办单位", "部门"}, text(func(r *PlatformRow) *string { return &r.Unit })},
		{"applicant", []string{"申请者名称", "申请人名称", "申请人姓名", "申请人", "申请单位"}, text(func(r *PlatformRow) *string { return &r.Applicant })},
		{"kind", []string{"办件类型", "办件类型代码"}, func(r *PlatformRow, s string) error {
			kind, ok := map[string]item.CaseKind{"1": item.Instant, "即办件": item.Instant, "2": item.Promised, "承诺件": item.Promised, "9": "9", "其他": "9"}[s]
			if r.Kind = kind; !ok {
				return errors.New("应是 1 即办件、2 承诺件或 9 其他")
			}
			return nil
		}},
		{"channel", []string{"申报来源代码", "申请方式", "办理形式", "申请渠道"}, func(r *PlatformRow, s string) error {
			return text(func(r *PlatformRow) *string { return &r.Channel })(r, channelLabel(s))
		}},
		{"state", []string{"办件状态", "办理状态", "状态"}, text(func(r *PlatformRow) *string { return &r.StateText })},
		{"applied", []string{"申请时间", "收件时间", "提交时间", "申请日期"}, moment(func(r *PlatformRow) *clock.Instant { return &r.Applied })},
		{"accepted", []string{"受理时间", "受理日期"}, moment(func(r *PlatformRow) *clock.Instant { return &r.Accepted })},
		{"due", []string{"承诺办结时间", "承诺办结日期", "应办结时间"}, moment(func(r *PlatformRow) *clock.Instant { return &r.Due })},
		{"decided", []string{"决定时间", "决定日期", "审批时间"}, moment(func(r *PlatformRow) *clock.Instant { return &r.Decided })},
		{"closed", []string{"办结时间", "办结日期"}, moment(func(r *PlatformRow) *clock.Instant { return &r.Closed })},
		{"result_no", []string{"证照编号", "结果编号", "结果证照编号"}, text(func(r *PlatformRow) *string { return &r.ResultNo })},
	}
}

// channelLabel words a code of a channel (办理形式, A.5); anything else stays.
func channelLabel(code string) string {
	for _, c := range []string{ChannelWindow, ChannelOnline, ChannelMobile, ChannelPost} {
		if channelCode(c) == code {
			return c
		}
	}
	if code == "9" {
		return "其他"
	}
	return code
}

// platformLayouts are the ways in which moments are written.
var platformLayouts = []string{"2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02", "2006/1/2 15:04:05", "2006/1/2 15:04", "2006/1/2", "20060102T150405", "20060102150405", "20060102", "2006年1月2日 15:04", "2006年1月2日", "2006-01-02T15:04:05"}

func platformTime(s string) (clock.Instant, error) {
	if at, err := time.Parse(time.RFC3339, s); err == nil && at.Year() >= 1990 && at.Year() < 2200 {
		return clock.FromTime(at), nil
	}
	s, _, _ = strings.Cut(s, ".") // parts of a second
	for _, layout := range platformLayouts {
		if at, err := time.ParseInLocation(layout, s, clock.Shanghai); err == nil && at.Year() >= 1990 && at.Year() < 2200 {
			return clock.FromTime(at), nil
		}
	}
	return 0, errors.New("不是日期或时间")
}

// platformStates are the platform's words of states and what they are here. There is no state for what was deleted: it was
// ended (hall reference §4.1).
func platformStates() map[string]State {
	out := map[string]State{}
	for words, s := range map[string]State{"已申请 申请 提交 草稿 预审 待预审": Applied, "已接件 接件 收件 已收件 补正结束 待受理": Received, "补正 补正开始 待补正 补齐补正": Correcting, "受理 已受理 窗口受理 部门受理 审查 审查中 审核 在办 办理中 特别程序结束": Accepted,
		"特别程序 特别程序开始 特别程序中 挂起": Suspended, "决定 待决定": Reviewed, "制证 制证中": Making, "待送达 待领取": Deliver, "送达 已送达": Delivered, "办结 已办结 办结通过 容缺通过 办结不通过 不通过 准予许可 不予许可 出证 转报办结": Closed, "归档 已归档": Archived,
		"不予受理 不受理": Refused, "转告 转报": Redirected, "撤件 撤回 申请人撤回": Withdrawn, "视为撤回 补正超时驳回": Lapsed, "终止 作废 作废办结 退回 删除 删除办结": Terminated, "撤销": Revoked} {
		for _, w := range strings.Fields(words) {
			out[w] = s
		}
	}
	for _, s := range States {
		out[string(s)], out[s.Label()] = s, s
	}
	return out
}

// PlatformMapping (字段对照) says where a file of the platform has what: columns by our names of fields, states by its words. Both
// add to what the program knows by itself.
type PlatformMapping struct {
	Source  string            `json:"source"`  // 来源, "" for 省政务服务平台
	Columns map[string]string `json:"columns"` // our field → its head
	States  map[string]State  `json:"states"`  // its word → our state
}

// DefaultSource is the source of files that name none.
const DefaultSource = "省政务服务平台"

// Refusals of files of the platform.
var (
	ErrPlatformMapping = errs.New(errs.Invalid, "casework.platform_mapping", "字段对照文件有误，没有读取。它应是 JSON：source、columns 和 states。")
	ErrPlatformFile    = errs.New(errs.Invalid, "casework.platform_file", "文件里没有要导入的办件，没有读取。")
)

// ReadPlatformMapping reads a mapping; nothing gives the program's own.
func ReadPlatformMapping(text []byte) (PlatformMapping, error) {
	var p PlatformMapping
	if len(bytes.TrimSpace(text)) > 0 {
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields()
		if err := d.Decode(&p); err != nil {
			return p, ErrPlatformMapping.Wrap(err)
		}
	}
	if p.Source = strings.TrimSpace(p.Source); p.Source == "" {
		p.Source = DefaultSource
	}
	if utf8.RuneCountInString(p.Source) > 40 {
		return p, ErrPlatformMapping.Say("来源最多 40 个字。")
	}
	known := platformFields()
	for _, name := range slices.Sorted(maps.Keys(p.Columns)) {
		if !slices.ContainsFunc(known, func(f platformField) bool { return f.name == name }) {
			return p, ErrPlatformMapping.Say("字段对照里的“%s”不是办件的字段。", name)
		}
	}
	for word, s := range p.States {
		if s.Label() == "" {
			return p, ErrPlatformMapping.Say("字段对照里“%s”对应的状态“%s”不存在。", word, s)
		}
	}
	return p, nil
}

// heads lists the heads by which a file is recognised.
func (p *PlatformMapping) heads() []string {
	var out []string
	for _, f := range platformFields() {
		out = append(out, f.heads...)
		if h := p.Columns[f.name]; h != "" {
			out = append(out, h)
		}
	}
	return out
}

// fieldOf finds which field a column is; -1 for none.
func (p *PlatformMapping) fieldOf(fields []platformField, head string) int {
	if i := slices.IndexFunc(fields, func(f platformField) bool { return p.Columns[f.name] == head && head != "" }); i >= 0 {
		return i
	}
	return slices.IndexFunc(fields, func(f platformField) bool {
		return p.Columns[f.name] == "" && (f.name == head || slices.Contains(f.heads, head))
	})
}

// Bounds of a file.
const (
	PlatformFileSize = 20 << 20
	PlatformFileRows = 100_000
)

// ReadPlatform reads a file of the platform: CSV, XLSX, JSONL, or a JSON array of objects. Rows that are wrong keep their
// Problem; now is the end of what can have happened.
func ReadPlatform(name string, content []byte, p PlatformMapping, now clock.Instant) ([]PlatformRow, error) {
	content, err := plainLines(content)
	if err != nil {
		return nil, err
	}
	r, err := table.Open(name, bytes.NewReader(content), int64(len(content)), table.Options{Expect: p.heads(), Limits: table.Limits{Size: PlatformFileSize, Rows: PlatformFileRows}})
	if err != nil {
		return nil, err
	}
	fields, states := platformFields(), platformStates()
	maps.Copy(states, p.States)
	var out []PlatformRow
	first := map[string]int{}
	objects := bytes.HasPrefix(bytes.TrimSpace(bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))), []byte("{")) // each has its own fields
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if errors.Is(err, table.ErrRow) {
			out = append(out, PlatformRow{Line: row.Line, Problem: strings.Join(errs.Reasons(err), "")})
			continue
		}
		if err != nil {
			return out, err
		}
		if !objects && len(out) == 0 {
			if err := p.recognise(fields, row.Columns); err != nil {
				return nil, err
			}
		}
		x := p.row(fields, states, row, now)
		if at, twice := first[x.ExternalNo]; twice && x.Problem == "" {
			x.Problem = fmt.Sprintf("办件编号与第 %d 行重复。", at)
		} else if x.Problem == "" {
			first[x.ExternalNo] = x.Line
		}
		out = append(out, x)
	}
	if len(out) == 0 {
		return nil, ErrPlatformFile
	}
	return out, nil
}

// recognise refuses a file that lacks a column without which no row can be taken.
func (p *PlatformMapping) recognise(fields []platformField, columns []string) error {
	var missing []string
	for _, f := range fields {
		needed := slices.Contains([]string{"external_no", "item_name", "state", "applied"}, f.name)
		if needed && !slices.ContainsFunc(columns, func(head string) bool { i := p.fieldOf(fields, head); return i >= 0 && fields[i].name == f.name }) {
			missing = append(missing, "“"+f.heads[0]+"”")
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return ErrPlatformFile.Say("文件里没有%s列，没有读取。请核对表头；列名不同的，附上字段对照。", strings.Join(missing, "、"))
}

// row reads one row.
func (p *PlatformMapping) row(fields []platformField, states map[string]State, row table.Row, now clock.Instant) PlatformRow {
	x := PlatformRow{Line: row.Line}
	var problems []string
	for i, head := range row.Columns {
		f := p.fieldOf(fields, head)
		if f < 0 || row.Cells[i] == "" {
			continue
		}
		if err := fields[f].set(&x, row.Cells[i]); err != nil {
			problems = append(problems, fmt.Sprintf("“%s”%s。", head, err))
		}
	}
	x.Problem = strings.Join(append(problems, x.check(states, now)...), "")
	return x
}

// check says what is wrong with a row, and notes what is odd.
func (x *PlatformRow) check(states map[string]State, now clock.Instant) []string {
	var out []string
	for _, need := range []struct{ label, value string }{{"办件编号", x.ExternalNo}, {"事项名称", x.ItemName}, {"办件状态", x.StateText}} {
		if need.value == "" {
			out = append(out, "没有"+need.label+"。")
		}
	}
	if x.Applied == 0 {
		out = append(out, "没有申请时间。")
	}
	state, known := states[x.StateText]
	if x.State = state; !known && x.StateText != "" {
		out = append(out, "办件状态“"+x.StateText+"”没有对照，请在字段对照里写明。")
	}
	last := clock.Instant(0)
	for _, t := range []struct {
		label string
		at    clock.Instant
	}{{"申请", x.Applied}, {"受理", x.Accepted}, {"决定", x.Decided}, {"办结", x.Closed}} {
		if t.at > now {
			out = append(out, t.label+"时间晚于现在。")
		}
		if t.at != 0 && t.at < last {
			x.Note = t.label + "时间早于前一环节，按平台的记录照收。"
		}
		last = max(last, t.at)
	}
	return out
}

// plainLines makes a JSON array of objects the lines that package table reads; anything else stays.
func plainLines(content []byte) ([]byte, error) {
	text := bytes.TrimSpace(bytes.TrimPrefix(content, []byte("\xef\xbb\xbf")))
	if len(text) == 0 || text[0] != '[' {
		return content, nil
	}
	var list []json.RawMessage
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, ErrPlatformFile.Say("文件不是完整的 JSON 数组，没有读取。").Wrap(err)
	}
	var b bytes.Buffer
	for _, x := range list {
		if err := json.Compact(&b, x); err != nil {
			return nil, ErrPlatformFile.Wrap(err)
		}
		b.WriteByte('\n')
	}
	return b.Bytes(), nil
}
