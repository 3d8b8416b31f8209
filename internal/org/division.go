package org

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// Division (行政区划) is a province, prefecture, county, town or village by its statistical code: GB/T 2260 to six
// digits, then three for the town and three for the village. Divisions are the same for every centre.
type Division struct {
	Code   string `db:"code"`
	Name   string `db:"name"`
	Level  string `db:"level"`
	Parent string `db:"parent"`
}

// divisionLevels gives a code's level by its length.
var divisionLevels = map[int]string{2: "province", 4: "prefecture", 6: "county", 9: "town", 12: "village"}

// Errors about divisions.
var (
	ErrDivisionMissing = errs.New(errs.NotFound, "org.division_missing", "没有这个行政区划代码。")
	ErrDivisionFile    = errs.New(errs.Invalid, "org.division_file", "文件不是行政区划表，没有导入。第一行应有 code、name 两列，每行一个代码和名称，UTF-8 编码。")
)

// parentCode is the code one level up.
func parentCode(code string) string {
	switch len(code) {
	case 4, 6:
		return code[:len(code)-2]
	case 9, 12:
		return code[:len(code)-3]
	}
	return ""
}

const (
	maxDivisions = 1_000_000
	maxFaults    = 20 // faults of a file that are reported at once
)

// readDivisions reads a CSV file with the columns code and name; others are passed over. Level and parent follow from
// the code.
func readDivisions(r io.Reader) ([]Division, error) {
	rows := csv.NewReader(r)
	rows.FieldsPerRecord, rows.ReuseRecord = -1, true
	head, err := rows.Read()
	if err != nil {
		return nil, ErrDivisionFile.Wrap(err)
	}
	head[0] = strings.TrimPrefix(head[0], "\ufeff")
	codeAt, nameAt := slices.Index(head, "code"), slices.Index(head, "name")
	if codeAt < 0 || nameAt < 0 {
		return nil, ErrDivisionFile
	}
	var out []Division
	e := ErrDivisionFile.Say("文件里有错误的行，没有导入。请改正后重新上传。")
	seen := map[string]bool{}
	for len(e.Fields) < maxFaults {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return out, e.OrNil()
		}
		if err != nil {
			return nil, ErrDivisionFile.Wrap(err)
		}
		line, _ := rows.FieldPos(0)
		if len(row) <= max(codeAt, nameAt) {
			e = e.Field(lineName(line), "第 %d 行缺少代码或名称", line)
			continue
		}
		d := Division{Code: strings.TrimSpace(row[codeAt]), Name: strings.TrimSpace(row[nameAt])}
		d.Level, d.Parent = divisionLevels[len(d.Code)], parentCode(d.Code)
		switch {
		case d.Code == "" || !divisionPattern.MatchString(d.Code):
			e = e.Field(lineName(line), "第 %d 行的代码不是 2、4、6、9 或 12 位数字", line)
		case d.Name == "" || !plain(d.Name) || len(d.Name) > 200:
			e = e.Field(lineName(line), "第 %d 行的名称为空或无法显示", line)
		case seen[d.Code]:
			e = e.Field(lineName(line), "第 %d 行的代码 %s 重复", line, d.Code)
		case len(out) >= maxDivisions:
			return nil, ErrDivisionFile.Say("文件超过 %d 行，没有导入。请分成几个文件。", maxDivisions)
		}
		seen[d.Code] = true
		out = append(out, d)
	}
	return nil, e
}

func lineName(line int) string { return "line." + strconv.Itoa(line) }

// DivisionImport counts what an import did.
type DivisionImport struct {
	Added     int
	Changed   int
	Unchanged int
}

// ImportDivisions reads a file of divisions and adds or renames what differs; it never removes. The whole file is
// taken, or nothing.
func (m *Module) ImportDivisions(ctx context.Context, r io.Reader) (DivisionImport, error) {
	if err := actor.From(ctx).Require(PermDivisionImport); err != nil {
		return DivisionImport{}, err
	}
	list, err := readDivisions(r)
	if err != nil {
		return DivisionImport{}, err
	}
	var out DivisionImport
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		out = DivisionImport{}
		old := map[string]string{}
		if err := store.Each(tx, func(d *Division) error {
			old[d.Code] = d.Name
			return nil
		}, "SELECT code, name, level, parent FROM org_division"); err != nil {
			return err
		}
		var write []Division
		for _, d := range list {
			switch name, known := old[d.Code]; {
			case !known:
				out.Added++
			case name != d.Name:
				out.Changed++
			default:
				out.Unchanged++
				continue
			}
			write = append(write, d)
		}
		if len(write) == 0 {
			return nil
		}
		if err := putDivisions(tx, write); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "org.division_import", Permission: PermDivisionImport, Kind: "division", Object: "all",
			Detail: map[string]any{"added": out.Added, "changed": out.Changed, "unchanged": out.Unchanged}})
	})
	return out, err
}

// putDivisions writes many rows a statement.
func putDivisions(tx *store.Tx, list []Division) error {
	for chunk := range slices.Chunk(list, 200) {
		var values []string
		var args []any
		for _, d := range chunk {
			n := len(args)
			values = append(values, fmt.Sprintf("($%d, $%d, $%d, $%d)", n+1, n+2, n+3, n+4))
			args = append(args, d.Code, d.Name, d.Level, d.Parent)
		}
		if _, err := tx.Exec("INSERT INTO org_division (code, name, level, parent) VALUES "+strings.Join(values, ", ")+
			" ON CONFLICT (code) DO UPDATE SET name = excluded.name", args...); err != nil {
			return err
		}
	}
	return nil
}

// Division gives a division by code.
func (m *Module) Division(ctx context.Context, code string) (Division, error) {
	var d Division
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		d, err = store.Get[Division](tx, "SELECT code, name, level, parent FROM org_division WHERE code = $1", code)
		return missing(err, ErrDivisionMissing)
	})
	return d, err
}

// DivisionsUnder lists the divisions directly below a code, in the order of codes; "" gives the provinces.
func (m *Module) DivisionsUnder(ctx context.Context, parent string) ([]Division, error) {
	var out []Division
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = store.Select[Division](tx, "SELECT code, name, level, parent FROM org_division WHERE parent = $1 ORDER BY code LIMIT 2000", parent)
		return err
	})
	return out, err
}

// DivisionName spells a division with what it lies in: 甘肃省临夏回族自治州临夏市.
func (m *Module) DivisionName(ctx context.Context, code string) (string, error) {
	name := ""
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		name = ""
		for ; code != ""; code = parentCode(code) {
			d, err := store.Get[Division](tx, "SELECT code, name, level, parent FROM org_division WHERE code = $1", code)
			if errors.Is(err, store.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			name = d.Name + name
		}
		return nil
	})
	return name, err
}

// DivisionNamesTx lists the names of the divisions of the prefecture that a centre lies in, with the towns below them, for
// finding them in texts. Names of a single character and an ending are left out.
func (m *Module) DivisionNamesTx(tx *store.Tx, centre string) ([]string, error) {
	c, err := m.CentreTx(tx, centre)
	if err != nil || len(c.Division) < 4 {
		return nil, err
	}
	prefecture := c.Division[:4]
	return store.Select[string](tx, "SELECT name FROM org_division WHERE code >= $1 AND code < $2 AND LENGTH(name) > 2 ORDER BY code LIMIT 2000", prefecture, prefecture+":")
}
