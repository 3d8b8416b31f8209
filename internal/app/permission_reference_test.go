package app_test

import (
	"strings"
	"testing"
)

// saidOfTheHall is what the hall reference (§8.3) says of each object, in the order of the columns W Z D G J I H F L T P.
const saidOfTheHall = `
事项 draft / publish | r | c d | a d | r | r | a publish | r | x | r | r s | r public
授权书, 委托 | r o | r d | c a d | file | r | publish | x | x | r | r s | r public
日历 | r | r | r | c | r | c | r | r | a | r | r
办件 接件/补正告知/受理 | c u s | u d | r d | x | r m | x | r m | x | r m | c u s | c own web
不予受理 | propose | a d | a d | x | r | x | x | x | x | propose | r o + appeal
审查/决定/用印 | x (即办 with power) | u per 授权 | u a d | x | r | x | x | x | x | per 授权 | r o
特别程序 | propose | propose | a d | x | r | x | x | x | r | propose | r o notice
延期 | x | propose | a head | x | r | x | x | x | r | x | r o
更正 event | propose | a d | a d | x | r | x | x | x | r | propose | ask
取号/叫号/转移 | u counter | u d | x | config | r | r | x | x | r | u s | c o
评价 | x (may only show the code) | x | x | x | r | r m | r | x | r m | x | c o
差评 task | appeal o | u d (no identity) | u d | x | a close | r m | r u | x | a dispute | u s | r o, confirm
投诉 | x | answer d | answer d | x | c u a | x | c | x | a serious | answer s | c r o
办不成事 | c | u d | u d | r | c u | x | c u | x | a 提级 | c u s | c r o
监察 rule / alert / 撤牌 | r o | answer d | answer d | x | c / u / propose | config tech | x | x | a 撤牌 | answer s | r published
抽查 | x | x | x | x | c u | r | x | x | r | x | x
考勤 punch / 请假 | c o | a ≤1 d d | r d | correct+reason | a ≤2 d | x | c o | r sum | a >2 d | s | x
考核 ScoreEvent | r o, appeal | c d, appeal | r d | c 内务 | c a | r | c 热线 | r result | a lock | c s | x
政务之星 / 大讲堂 | r enrol | nominate | nominate | u | u score | r | nominate | r amount | a | nominate | vote / x
数据目录 / 申请 / 答复 | x | propose | c; answer d | r | r log | review, a 无条件 | x | x | a dispute | propose | r own log
共享数据 query | per case+grant | per case+grant | per case+grant | x | x | x | x | x | x | per case+grant | x
UsageRecord | r o | r d | r d | x | r all | r meta | x | x | r | r s | r own subject
指标 | r o | r d | r d | r | r all | r all | r 热线 | r totals | r all | r s | r published
费用/导服工资/奖金 basis | x | x | x | c | r | x | x | u | a | x | x
用户/角色 | x | x | propose d | c u | r log | u tech | x | x | a | propose s | self
`

// What permissions.txt quotes is what the reference says, in every cell, so that a departure cannot hide behind a wrong quotation.
func TestTheMatrixQuotesTheReference(t *testing.T) {
	rows := readMatrix(t)
	lines := strings.Split(strings.TrimSpace(saidOfTheHall), "\n")
	if len(lines) != 25 || len(rows) != len(lines) {
		t.Fatalf("%d rows in the reference, %d in the table", len(lines), len(rows))
	}
	for i, line := range lines {
		said := strings.Split(line, " | ")
		if len(said) != 12 || rows[i].object != said[0] {
			t.Errorf("row %d is %q, want %q with 11 cells", i+1, rows[i].object, said[0])
			continue
		}
		for j, want := range said[1:] {
			letter := columns[j].letter
			if got := rows[i].cells[letter].says; got != want {
				t.Errorf("%s, %s: quoted as %q, the reference says %q", said[0], letter, got, want)
			}
		}
	}
}
