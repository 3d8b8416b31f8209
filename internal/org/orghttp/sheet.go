package orghttp

import (
	"bytes"
	"encoding/csv"
	"io"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"yichuang/internal/errs"
)

// errSheet refuses a file that cannot be read as a list.
var errSheet = errs.New(errs.Invalid, "orghttp.sheet", "文件无法读取，没有导入。请上传 XLSX 或 CSV 文件。")

const (
	maxSheetRows   = 20_000
	maxUnzipped    = 64 << 20
	maxSheetColumn = 60
)

// readSheet reads the first sheet of an XLSX file, or a CSV file in UTF-8 or, as Chinese spreadsheets save it, GB 18030.
func readSheet(name string, r io.Reader) ([][]string, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxUpload+1))
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return readXLSX(data)
	}
	return readCSV(data)
}

func readXLSX(data []byte) ([][]string, error) {
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxUnzipped})
	if err != nil {
		return nil, errSheet.Wrap(err)
	}
	defer f.Close()
	rows, err := f.Rows(f.GetSheetName(0))
	if err != nil {
		return nil, errSheet.Wrap(err)
	}
	defer rows.Close()
	var out [][]string
	for rows.Next() {
		cells, err := rows.Columns()
		if err != nil {
			return nil, errSheet.Wrap(err)
		}
		if out = append(out, cells[:min(len(cells), maxSheetColumn)]); len(out) > maxSheetRows {
			break
		}
	}
	if err := rows.Error(); err != nil {
		return nil, errSheet.Wrap(err)
	}
	return out, nil
}

func readCSV(data []byte) ([][]string, error) {
	if !utf8.Valid(data) {
		text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
		if err != nil {
			return nil, errSheet.Wrap(err)
		}
		data = text
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	out, err := r.ReadAll()
	if err != nil {
		return nil, errSheet.Wrap(err)
	}
	return out, nil
}
