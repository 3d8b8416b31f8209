package hotline

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"yichuang/internal/calendar"
	"yichuang/internal/errs"
	"yichuang/internal/org"
)

// Mapping (字段对照) says how the rows of one kind of file become tickets. It is read from YAML or JSON.
type Mapping struct {
	Title   string           `yaml:"title"`
	Source  string           `yaml:"source"`  // name of where the rows come from; with ref it makes a ticket unique
	Missing []string         `yaml:"missing"` // texts that stand for nothing, such as "-"
	Fields  map[string]Value `yaml:"fields"`  // what a ticket takes from a row, by the names in importFields
	Closed  Condition        `yaml:"closed"`  // which rows are closed where they come from
	Outcome Outcome          `yaml:"outcome"`
	Units   UnitRule         `yaml:"units"`
	Limit   calendar.Limit   `yaml:"limit"` // handling limit counted from creation; 5 working days unless said
}

// Outcome says how a closed row tells whether its unit was in time.
type Outcome struct {
	OnTime  Condition `yaml:"on_time"`
	Late    Condition `yaml:"late"`
	ByLimit bool      `yaml:"by_limit"` // without a mark, compare the closing time with the limit
}

// UnitRule says what happens to units that the centre does not have.
type UnitRule struct {
	Create bool          `yaml:"create"`
	Group  org.UnitGroup `yaml:"group"`
}

// importFields lists the fields of a ticket that a mapping may fill, with their Chinese names for messages.
var importFields = map[string]string{
	"ref": "编号", "created_at": "登记时间", "closed_at": "办结时间", "closed_after_days": "办理天数",
	"channel": "来源渠道", "kind": "诉求类型", "urgency": "紧急程度", "category": "事项分类", "area": "行政区划", "title": "标题", "content": "诉求内容",
	"address": "地点", "event_at": "事发时间", "name": "姓名", "phone": "电话", "anonymous": "是否匿名", "confidential": "保密要求",
	"upstream_ref": "上级工单号", "unit": "承办单位", "reply": "答复", "solved": "办理结果",
}

// The fields that hold a time, and those without which no ticket can be made.
var (
	importTimes    = []string{"created_at", "closed_at", "event_at"}
	importRequired = []string{"ref", "created_at", "channel", "kind", "content"}
)

// ErrMapping refuses a mapping file; its fields say what is wrong where.
var ErrMapping = errs.New(errs.Invalid, "hotline.mapping", "字段对照文件有误，没有导入。请按提示改正。")

const maxMapping = 1 << 20

//go:embed mappings/*.yaml
var mappingFiles embed.FS

// MappingNames lists the mappings that the program brings along.
func MappingNames() []string {
	files, _ := mappingFiles.ReadDir("mappings")
	var out []string
	for _, f := range files {
		out = append(out, strings.TrimSuffix(f.Name(), ".yaml"))
	}
	return out
}

// BuiltinMapping gives a mapping that the program brings along, and whether there is one of that name.
func BuiltinMapping(name string) (*Mapping, bool, error) {
	b, err := mappingFiles.ReadFile("mappings/" + name + ".yaml")
	if err != nil {
		return nil, false, nil
	}
	m, err := ReadMapping(b)
	return m, true, err
}

// ReadMapping reads a mapping file. Names that it does not know are refused, so that a misspelt one is not overlooked.
func ReadMapping(data []byte) (*Mapping, error) {
	if len(data) > maxMapping {
		return nil, ErrMapping.Say("字段对照文件超过 1 MiB，没有导入。")
	}
	var m Mapping
	d := yaml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	d.KnownFields(true)
	if err := d.Decode(&m); err != nil && !errors.Is(err, io.EOF) {
		return nil, ErrMapping.Field("file", "%s", yamlText(err)).Wrap(err)
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	return &m, nil
}

// yamlText says in one line where a mapping is no YAML.
func yamlText(err error) string {
	said, at := strings.ToValidUTF8(err.Error(), "?"), ""
	if m := yamlLine.FindStringSubmatch(said); m != nil {
		at = "第 " + m[1] + " 行："
	}
	if m := yamlField.FindStringSubmatch(said); m != nil {
		return at + "不认识“" + firstRunes(m[1], 40) + "”这一项，请检查写法和缩进。"
	}
	return at + "不是正确的 YAML 或 JSON，请检查缩进、冒号和引号。字段对照应先写 source（来源名称），再在 fields 下面每行写一个字段和它的列名。"
}

var (
	yamlLine  = regexp.MustCompile(`line (\d+)`)
	yamlField = regexp.MustCompile(`field (\S+) (?:not found|already set)`)
)

func (m *Mapping) check() error {
	e := ErrMapping
	m.Source = strings.TrimSpace(m.Source)
	if m.Source == "" || len([]rune(m.Source)) > maxShort || !storable(m.Source) {
		e = e.Field("source", "请填写来源名称，最多 %d 个字。", maxShort)
	}
	for name, v := range m.Fields {
		if importFields[name] == "" {
			e = e.Field("fields."+firstRunes(name, 40), "没有这个字段。可用的有：%s。", strings.Join(sortedKeys(importFields), "、"))
			continue
		}
		if why := v.check(slices.Contains(importTimes, name)); why != "" {
			e = e.Field("fields."+name, "%s", why)
		}
	}
	for _, name := range importRequired {
		if _, ok := m.Fields[name]; !ok {
			e = e.Field("fields."+name, "缺少“%s”：每张工单都要有。", importFields[name])
		}
	}
	if m.Units.Create && org.LabelOf(org.UnitGroups(), string(m.Units.Group)) == string(m.Units.Group) {
		e = e.Field("units.group", "要新建承办单位，请写明类别：county、township、utility、vertical。")
	}
	if m.Limit.IsZero() {
		m.Limit = calendar.Workdays(5)
	}
	for name, c := range map[string]Condition{"closed": m.Closed, "outcome.on_time": m.Outcome.OnTime, "outcome.late": m.Outcome.Late} {
		if c.Column == "" && len(c.In) > 0 {
			e = e.Field(name, "写了 in，还要写 column。")
		}
	}
	return e.OrNil()
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// Columns lists the columns that the mapping reads, so that a file without one of them is refused at once.
func (m *Mapping) Columns() []string {
	var out []string
	for _, v := range m.Fields {
		out = append(out, v.columns()...)
	}
	for _, c := range []Condition{m.Closed, m.Outcome.OnTime, m.Outcome.Late} {
		if c.Column != "" {
			out = append(out, c.Column)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// checkColumns refuses a file that lacks columns of the mapping.
func (m *Mapping) checkColumns(have []string) error {
	var lacking []string
	for _, c := range m.Columns() {
		if !slices.Contains(have, c) {
			lacking = append(lacking, c)
		}
	}
	if len(lacking) == 0 {
		return nil
	}
	return ErrMapping.Say("文件与字段对照不符，没有导入：文件里没有列 %s。文件的列是：%s。", strings.Join(lacking, "、"), firstRunes(strings.Join(have, "、"), 300)).
		With("missing", fmt.Sprint(lacking))
}
