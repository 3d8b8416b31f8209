package cli_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"yichuang/internal/hotline"
)

func TestHotlineImport(t *testing.T) {
	s := shell{t, filepath.Join(t.TempDir(), "test.db")}
	s.run(0, "org", "init", "--code", "linxia", "--name", "临夏市政务中心", "--division", "622901")
	fixture := filepath.Join("..", "hotline", "testdata", "pingshan_like.csv")
	contains(t, s.run(1, "hotline", "import", fixture, "--map", "nonsense"), "读不到字段对照", "fuzhou12345、pingshan、taidi2020c")
	contains(t, s.run(1, "hotline", "import", fixture, "--map", "taidi2020c"), "文件与字段对照不符", "msg_id")
	contains(t, s.run(0, "hotline", "import", fixture, "--map", "pingshan", "--dry-run"), "读取 4 行：可以导入 4 行，已有 0 行，拒绝 0 行。")
	out := s.run(0, "hotline", "import", fixture, "--map", "pingshan", "--centre", "linxia")
	contains(t, out, "读取 4 行：导入 4 行，已有 0 行，拒绝 0 行。", "已办结 4 件：按时 2，超时 1，没有标记 1", "新建承办单位 2 个：城市管理局、执法队", "第 5 行（4）：没有按时或超时标记")
	var again hotline.ImportReport
	if err := json.Unmarshal([]byte(s.run(0, "hotline", "import", fixture, "--map", "pingshan", "--json")), &again); err != nil || again.Existing != 4 || again.Taken != 0 {
		t.Errorf("second run %+v %v", again, err)
	}
	mapping := s.file("map.json", `{"source": "小系统", "fields": {"ref": {"column": "no"}, "created_at": {"column": "at"}, "channel": {"const": "电话"}, "kind": {"column": "kind"}, "content": {"column": "text"}}}`)
	rows := s.file("rows.jsonl", strings.Join([]string{`{"no": 1, "at": "2026-01-05 10:00", "kind": "投诉", "text": "路灯不亮"}`, `{"no": 2, "at": "", "kind": "投诉", "text": "x"}`, `{"no": 3, "at": "2026-01-05", "kind": "吵架", "text": "x"}`}, "\n"))
	contains(t, s.run(0, "hotline", "import", rows, "--map", mapping, "--limit-errors", "1"), "导入 1 行，已有 0 行，拒绝 2 行。", "第 2 行（2）：登记时间：没有填写", "另有 1 行")
}
