package cli_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestLayoutsFromTheCommandLine: a layout is printed, changed, checked, added and listed; what is wrong is said by line.
func TestLayoutsFromTheCommandLine(t *testing.T) {
	s := shell{t, filepath.Join(t.TempDir(), "test.db")}
	s.run(0, "org", "init", "--code", "linxia", "--name", "临夏市政务中心", "--division", "622901")
	layout := s.run(0, "accounts", "template", "print", "layout", "gansu-2024")
	contains(t, layout, "region: 甘肃省")
	contains(t, s.run(1, "accounts", "template", "print", "layout", "nothing"), "没有这个范本")
	own := s.file("own.yaml", strings.NewReplacer("id: gansu-2024", "id: linxia-2025", "from_year: 2024", "from_year: 2025").Replace(layout))
	contains(t, s.run(0, "accounts", "template", "add", "layout", own), "linxia-2025@1")
	contains(t, s.run(1, "accounts", "template", "add", "layout", own), "完全相同")
	wrong := s.file("wrong.yaml", strings.Replace(layout, "source: superior", "source: above", 1))
	contains(t, s.run(1, "accounts", "template", "add", "layout", wrong), "source 是“above”")
	contains(t, s.run(0, "accounts", "template", "list"), "表的版式", "plain-2024", "linxia-2025@1", "说明文本", "standard")
	contains(t, s.run(1, "accounts", "subjects", "func", s.file("codes.csv", "科目代码,科目名称\n206,科学技术支出\n"), "--year", "2024"), "没有这一年的账套")
}
