package publication

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"yichuang/internal/finance/narrative"
	"yichuang/internal/finance/statement"
)

// dataPackage is datapackage.json of the Frictionless Data Package standard, version 1: a tabular data package.
type dataPackage struct {
	Profile     string         `json:"profile"`
	Name        string         `json:"name"`
	Title       string         `json:"title"`
	Description string         `json:"description"`
	Version     string         `json:"version"`
	Created     string         `json:"created,omitempty"`
	Resources   []dataResource `json:"resources"`
}

type dataResource struct {
	Profile     string      `json:"profile"`
	Name        string      `json:"name"`
	Path        string      `json:"path"`
	Title       string      `json:"title"`
	Description string      `json:"description,omitempty"`
	Format      string      `json:"format"`
	MediaType   string      `json:"mediatype"`
	Encoding    string      `json:"encoding"`
	Bytes       int         `json:"bytes"`
	Hash        string      `json:"hash"`
	Schema      tableSchema `json:"schema"`
	content     []byte
}

type tableSchema struct {
	Fields        []dataField `json:"fields"`
	PrimaryKey    []string    `json:"primaryKey"`
	MissingValues []string    `json:"missingValues"`
}

type dataField struct {
	Name        string          `json:"name"`
	Type        string          `json:"type"`
	Title       string          `json:"title"`
	Constraints map[string]bool `json:"constraints,omitempty"`
}

// writePackage writes the data package as a ZIP archive whose bytes depend on nothing but the accounts.
func (p *Publication) writePackage(w io.Writer) error {
	d, err := p.dataPackage()
	if err != nil {
		return err
	}
	z := zip.NewWriter(w)
	add := func(name string, content []byte) error {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
		if err == nil {
			_, err = f.Write(content)
		}
		return err
	}
	descriptor, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return err
	}
	if err := add("datapackage.json", append(descriptor, '\n')); err != nil {
		return err
	}
	for _, r := range d.Resources {
		if err := add(r.Path, r.content); err != nil {
			return err
		}
	}
	return z.Close()
}

func (p *Publication) dataPackage() (*dataPackage, error) {
	d := &dataPackage{Profile: "tabular-data-package", Name: "final-accounts-" + strconv.Itoa(p.Year), Title: p.Title(), Version: strconv.FormatInt(max(p.Edition.Revision, 1), 10) + ".0.0",
		Description: "部门决算公开表和情况说明中的数据。金额以" + p.Statement.Unit + "为单位，保留两位小数；空白表示没有发生，与 0 不同。"}
	if !p.Edition.PublishedAt.IsZero() {
		d.Created = p.Edition.PublishedAt.Time().UTC().Format("2006-01-02T15:04:05Z")
	}
	for _, t := range p.Statement.Tables {
		schema, rows := tableData(t)
		if err := d.add(strings.ToLower(t.ID), t.Form+" "+t.Title, strings.Join(t.Notes, ""), schema, rows); err != nil {
			return nil, err
		}
	}
	schema, rows := p.figureData()
	return d, d.add("figures", "情况说明中的数据", "情况说明里的每个数字：所在的一节、印出的文字、对应的单元格和得出的规则。", schema, rows)
}

func (d *dataPackage) add(name, title, description string, s tableSchema, rows [][]string) error {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true // RFC 4180
	head := make([]string, len(s.Fields))
	for i, f := range s.Fields {
		head[i] = f.Name
	}
	if err := w.WriteAll(append([][]string{head}, rows...)); err != nil {
		return err
	}
	d.Resources = append(d.Resources, dataResource{Profile: "tabular-data-resource", Name: name, Path: "data/" + name + ".csv", Title: title, Description: description, Format: "csv", MediaType: "text/csv",
		Encoding: "utf-8", Bytes: b.Len(), Hash: fmt.Sprintf("sha256:%x", sha256.Sum256(b.Bytes())), Schema: s, content: b.Bytes()})
	return nil
}

// tableData is a table as rows: its key, line, code and name, and one field for each column of amounts.
func tableData(t *statement.Table) (tableSchema, [][]string) {
	s := tableSchema{PrimaryKey: []string{"row"}, MissingValues: []string{""}, Fields: []dataField{{Name: "row", Type: "string", Title: "行", Constraints: map[string]bool{"required": true, "unique": true}},
		{Name: "side", Type: "string", Title: "收入或支出一侧"}, {Name: "line", Type: "integer", Title: "行次"}, {Name: "code", Type: "string", Title: "科目代码"}, {Name: "name", Type: "string", Title: "项目或科目名称"}}}
	at := map[string]int{}
	for _, c := range t.Spec.Columns {
		at[c.No] = len(s.Fields)
		s.Fields = append(s.Fields, dataField{Name: "c" + c.No, Type: "number", Title: strings.Join(append(append([]string{}, c.Group...), c.Label), "·")})
	}
	var rows [][]string
	for _, r := range t.Rows {
		row := make([]string, len(s.Fields))
		row[0], row[1], row[3], row[4] = r.Key, r.Side, r.Code, r.Label
		if r.Line > 0 {
			row[2] = strconv.Itoa(r.Line)
		}
		for _, c := range r.Cells {
			_, _, no := c.Ref.Parts()
			row[at[no]] = c.Text()
		}
		rows = append(rows, row)
	}
	return s, rows
}

// figureData lists the figures of the text.
func (p *Publication) figureData() (tableSchema, [][]string) {
	s := tableSchema{PrimaryKey: []string{"no"}, MissingValues: []string{""}, Fields: []dataField{{Name: "no", Type: "integer", Title: "序号"}, {Name: "section", Type: "string", Title: "一节"},
		{Name: "text", Type: "string", Title: "印出的数字"}, {Name: "cell", Type: "string", Title: "单元格：表/行/栏"}, {Name: "rule", Type: "string", Title: "规则"}}}
	var rows [][]string
	for _, x := range append(append([]narrative.Section{}, p.Narrative.Sections...), p.Narrative.Performance) {
		for _, para := range x.Paragraphs {
			for _, span := range para.Spans {
				if f := span.Figure; f != nil {
					rows = append(rows, []string{strconv.Itoa(len(rows) + 1), x.Title, f.Text, string(f.Ref), f.Rule})
				}
			}
		}
	}
	return s, rows
}
