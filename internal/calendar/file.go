package calendar

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
)

// maxFile is the greatest size of a file of days: a year is a few kilobytes.
const maxFile = 1 << 20

// maxRange is the greatest number of days that one row may stand for.
const maxRange = 60

// maxFileDays is the greatest number of days of a file: more than ten years of notices.
const maxFileDays = 800

// maxFileErrors is how many wrong rows are told at once.
const maxFileErrors = 50

// ErrFile is a file of days that cannot be read; each field is a line.
var ErrFile = errs.New(errs.Invalid, "calendar.file", "文件有误，没有导入任何内容。请按提示逐行更正后重新上传。")

// FileYear is what a file says about one year.
type FileYear struct {
	Year int
	URLs []string // of the notices, where the file names them
	Days []LayerDay
}

// ReadDays reads a file of days: JSON in the form of holiday-cn (one year, its days with isOffDay), or CSV with the
// columns 日期, 类型, 名称, 依据文件 in UTF-8 or GB18030, where a date may be a range such as 2026-10-01至2026-10-07 and
// the type is 休 or 班. Every wrong row is reported with its line; then nothing is returned.
func ReadDays(data []byte) ([]FileYear, error) {
	if len(data) > maxFile {
		return nil, ErrFile.Say("文件超过 1 MB，不像是放假安排，没有导入。")
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if t := bytes.TrimSpace(data); len(t) > 0 && t[0] == '{' {
		y, err := readJSON(data)
		if err != nil {
			return nil, err
		}
		return []FileYear{y}, nil
	}
	return readCSV(data)
}

// fileErrors collects wrong rows.
type fileErrors struct{ err *errs.Error }

func (f *fileErrors) add(line int, format string, args ...any) {
	if f.err == nil {
		f.err = ErrFile
	}
	if len(f.err.Fields) < maxFileErrors {
		f.err = f.err.Field(fmt.Sprintf("line.%d", line), "第 %d 行：%s", line, fmt.Sprintf(format, args...))
	}
}

func (f *fileErrors) orNil() error { return f.err.OrNil() }

// jsonDay is a day of holiday-cn.
type jsonDay struct {
	Name     string `json:"name"`
	Date     string `json:"date"`
	IsOffDay *bool  `json:"isOffDay"`
}

func readJSON(data []byte) (FileYear, error) {
	var out FileYear
	var bad fileErrors
	var head struct {
		Year   int               `json:"year"`
		Papers []string          `json:"papers"`
		Days   []json.RawMessage `json:"days"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		bad.add(jsonErrorLine(data, err), "不是放假安排的 JSON 文件。")
		return out, bad.orNil()
	}
	out.Year, out.URLs = head.Year, head.Papers
	if head.Year < firstYear || head.Year > lastYear {
		bad.add(1, "year（年份）应在 %d 至 %d 之间。", firstYear, lastYear)
	}
	if len(head.Days) == 0 {
		bad.add(1, "days（日期列表）是空的。")
	}
	if len(head.Days) > maxFileDays {
		return out, ErrFile.Say("一年的安排最多 %d 天，文件里有 %d 天，没有导入。", maxFileDays, len(head.Days))
	}
	seen := map[clock.Date]int{}
	pos := 0
	for _, raw := range head.Days {
		// Raw messages are slices of the text in order, so the next occurrence is the right one.
		if i := bytes.Index(data[pos:], raw); i >= 0 {
			pos += i
		}
		line := lineAt(data, pos)
		pos += len(raw)
		d, why := parseJSONDay(raw, head.Year)
		if why == "" && seen[d.Date] > 0 {
			why = fmt.Sprintf("%s 与第 %d 行重复。", d.Date, seen[d.Date])
		}
		if why != "" {
			bad.add(line, "%s", why)
			continue
		}
		seen[d.Date] = line
		out.Days = append(out.Days, d)
	}
	sortDays(out.Days)
	return out, bad.orNil()
}

func jsonErrorLine(data []byte, err error) int {
	var se *json.SyntaxError
	var te *json.UnmarshalTypeError
	switch {
	case errors.As(err, &se):
		return lineAt(data, int(se.Offset)-1)
	case errors.As(err, &te):
		return lineAt(data, int(te.Offset)-1)
	}
	return lineAt(data, len(data))
}

func lineAt(data []byte, pos int) int {
	return 1 + bytes.Count(data[:max(0, min(pos, len(data)))], []byte("\n"))
}

func parseJSONDay(raw []byte, year int) (LayerDay, string) {
	var j jsonDay
	if err := json.Unmarshal(raw, &j); err != nil {
		return LayerDay{}, "每一天应有 name、date 和 isOffDay。"
	}
	date, err := clock.ParseDate(j.Date)
	if err != nil {
		return LayerDay{}, fmt.Sprintf("“%s”不是日期，请写成 2026-10-01。", clip(j.Date, 20))
	}
	if !(LayerYear{Year: year}).covers(date) {
		return LayerDay{}, fmt.Sprintf("%s 不属于 %d 年的安排（只允许当年和上年 12 月）。", date, year)
	}
	if j.IsOffDay == nil {
		return LayerDay{}, "缺少 isOffDay（true 为放假，false 为上班）。"
	}
	d := LayerDay{Date: date, Kind: Work, Name: strings.TrimSpace(clip(j.Name, 40))}
	if *j.IsOffDay {
		d.Kind = Off
	}
	return d, ""
}

func readCSV(data []byte) ([]FileYear, error) {
	var bad fileErrors
	text, err := toUTF8(data)
	if err != nil {
		bad.add(1, "文件的文字编码无法识别，请另存为 UTF-8 的 CSV。")
		return nil, bad.orNil()
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord = -1
	r.TrimLeadingSpace = true
	seen := map[clock.Date]int{}
	var days []LayerDay
	for first := true; ; first = false {
		row, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			var pe *csv.ParseError
			line := 1
			if errors.As(err, &pe) {
				line = pe.Line
			}
			bad.add(line, "引号或逗号不成对，无法分列。")
			break
		}
		line, _ := r.FieldPos(0)
		if first && strings.TrimSpace(row[0]) == "日期" || blank(row) {
			continue
		}
		list, why := parseRow(row)
		for _, d := range list {
			if n := seen[d.Date]; n > 0 && why == "" {
				why = fmt.Sprintf("%s 与第 %d 行重复。", d.Date, n)
			}
			seen[d.Date] = line
		}
		if why != "" {
			bad.add(line, "%s", why)
			continue
		}
		if days = append(days, list...); len(days) > maxFileDays {
			return nil, ErrFile.Say("一个文件最多 %d 天，没有导入。请分开导入。", maxFileDays)
		}
	}
	if bad.err == nil && len(days) == 0 {
		bad.add(1, "没有任何日期。第一行应为：日期,类型,名称,依据文件。")
	}
	if err := bad.orNil(); err != nil {
		return nil, err
	}
	return byYear(days), nil
}

// FileText is a file of days as UTF-8 text, for keeping it between preview and publication.
func FileText(data []byte) (string, error) {
	b, err := toUTF8(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	if err != nil {
		return "", ErrFile.Say("文件的文字编码无法识别，请另存为 UTF-8 的 CSV。")
	}
	return string(b), nil
}

func toUTF8(data []byte) ([]byte, error) {
	if s := string(data); strings.ToValidUTF8(s, "") == s {
		return data, nil
	}
	out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
	if err == nil && bytes.ContainsRune(out, '\ufffd') {
		err = errors.New("not GB18030")
	}
	return out, err
}

func blank(row []string) bool { return strings.TrimSpace(strings.Join(row, "")) == "" }

// parseRow reads 日期, 类型, 名称, 依据文件; why is "" where the row is right.
func parseRow(row []string) (list []LayerDay, why string) {
	cell := func(i int) string {
		if i < len(row) {
			return strings.TrimSpace(row[i])
		}
		return ""
	}
	first, last, ok := parseRange(cell(0))
	switch {
	case !ok:
		return nil, fmt.Sprintf("“%s”不是日期，请写成 2026-11-19 或 2026-10-01至2026-10-07。", clip(cell(0), 24))
	case last < first || last-first >= maxRange:
		return nil, fmt.Sprintf("起止日期颠倒，或超过 %d 天。", maxRange)
	case first.Year() < firstYear || last.Year() > lastYear:
		return nil, fmt.Sprintf("年份应在 %d 至 %d 之间。", firstYear, lastYear)
	}
	kind, ok := parseKind(cell(1))
	if !ok {
		return nil, fmt.Sprintf("类型“%s”不对，只能填“休”（放假）或“班”（上班）。", clip(cell(1), 10))
	}
	if cell(2) == "" {
		return nil, "缺少名称，例如：建州纪念日。"
	}
	for d := first; d <= last; d++ {
		list = append(list, LayerDay{Date: d, Kind: kind, Name: clip(cell(2), 40), Basis: clip(cell(3), 120)})
	}
	return list, ""
}

func parseRange(s string) (first, last clock.Date, ok bool) {
	a, b := s, s
	for _, sep := range []string{"至", "~", "～"} {
		if x, y, found := strings.Cut(s, sep); found {
			a, b = strings.TrimSpace(x), strings.TrimSpace(y)
			break
		}
	}
	first, ok1 := parseDay(a)
	last, ok2 := parseDay(b)
	return first, last, ok1 && ok2
}

// parseDay reads 2026-11-19, and what a spreadsheet makes of it: 2026/11/19, 2026/1/4, 2026年1月4日.
func parseDay(s string) (clock.Date, bool) {
	s = strings.NewReplacer("/", "-", ".", "-", "年", "-", "月", "-", "日", "").Replace(s)
	parts := strings.Split(s, "-")
	if len(parts) != 3 || !digits(parts[0], 4, 4) || !digits(parts[1], 1, 2) || !digits(parts[2], 1, 2) {
		return clock.NoDate, false
	}
	d, err := clock.ParseDate(fmt.Sprintf("%s-%02s-%02s", parts[0], parts[1], parts[2]))
	return d, err == nil
}

func parseKind(s string) (DayKind, bool) {
	switch strings.ToLower(s) {
	case "休", "放假", "休息", "off":
		return Off, true
	case "班", "上班", "补班", "调休上班", "work":
		return Work, true
	}
	return "", false
}

func byYear(days []LayerDay) []FileYear {
	sortDays(days)
	var out []FileYear
	for _, d := range days {
		if n := len(out); n == 0 || out[n-1].Year != d.Date.Year() {
			out = append(out, FileYear{Year: d.Date.Year()})
		}
		y := &out[len(out)-1]
		y.Days = append(y.Days, d)
	}
	return out
}

func sortDays(days []LayerDay) {
	sort.Slice(days, func(i, j int) bool { return days[i].Date < days[j].Date })
}
