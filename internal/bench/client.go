package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"strconv"
	"time"
)

// client is one person at a desk: it sends a call, waits for the answer, sends the next.
type client struct {
	c    *centre
	http *http.Client
	rnd  *rand.Rand
	seed int
	n    int
	buf  bytes.Buffer
}

func (c *centre) client(seed int) *client {
	return &client{c: c, seed: seed, rnd: rand.New(rand.NewSource(int64(seed))), http: &http.Client{Transport: c.transport, Timeout: 30 * time.Second}}
}

// ticket is what a client must know of a ticket to go on.
type ticket struct {
	ID      string `json:"id"`
	Version int64  `json:"version"`
	State   string `json:"state"`
}

// call sends one request and gives the ticket answered and the time taken in milliseconds.
func (cl *client) call(ctx context.Context, token, method, path string, version int64, key string, body any) (ticket, float64, error) {
	var t ticket
	cl.buf.Reset()
	if body != nil {
		if err := json.NewEncoder(&cl.buf).Encode(body); err != nil {
			return t, 0, err
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, cl.c.base+"/api/v1"+path, bytes.NewReader(cl.buf.Bytes()))
	if err != nil {
		return t, 0, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if version > 0 {
		req.Header.Set("If-Match", `"`+strconv.FormatInt(version, 10)+`"`)
	}
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	watch := startWatch()
	res, err := cl.http.Do(req)
	if err != nil {
		return t, 0, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	took := float64(watch().Microseconds()) / 1000
	if err == nil && res.StatusCode >= 300 {
		err = &refusal{method + " " + path, res.StatusCode, string(answer)}
	}
	if err != nil {
		return t, took, err
	}
	return t, took, json.Unmarshal(answer, &t)
}

// refusal is an answer that is not a success.
type refusal struct {
	call   string
	status int
	answer string
}

// Error tells the call, the status and the problem document.
func (r *refusal) Error() string { return fmt.Sprintf("%s: %d: %s", r.call, r.status, r.answer) }

type object map[string]any

// life takes one ticket through its eight calls and gives the time of each.
func (cl *client) life(ctx context.Context) ([]float64, error) {
	var times []float64
	key := func(what string) string {
		cl.n++
		return fmt.Sprintf("%s-%d-%d-%d", what, cl.c.run, cl.seed, cl.n)
	}
	t, took, err := cl.call(ctx, cl.c.tokens["agent"], http.MethodPost, "/tickets", 0, key("new"), object{"channel": "电话", "kind": "投诉", "category": "0101", "area": "622901001",
		"title": sentence(cl.rnd, 18), "content": sentence(cl.rnd, 90), "address": sentence(cl.rnd, 10), "name": "张三", "phone": fmt.Sprintf("139%08d", cl.rnd.Intn(1e8))})
	times = append(times, took)
	for _, s := range cl.c.steps() {
		if err != nil {
			return times, err
		}
		t, took, err = cl.call(ctx, cl.c.tokens[s.role], http.MethodPost, "/tickets/"+t.ID+"/"+s.verb, t.Version, key(s.verb), s.body)
		times = append(times, took)
	}
	if err == nil && t.State != "CLOSED" {
		err = fmt.Errorf("a life ended in %s", t.State)
	}
	return times, err
}

type lifeStep struct {
	role, verb string
	body       any
}

func (c *centre) steps() []lifeStep {
	return []lifeStep{
		{"agent", "accept", object{}},
		{"dispatcher", "dispatch", object{"unit_id": c.unit}},
		{"head", "sign", nil},
		{"head", "submit", object{"reply_public": "经现场核查，已安排人员维修完毕，并已电话告知来电人。", "solved": "已解决", "contacted_at": c.now()}},
		{"reviewer", "approve", object{}},
		{"callbacker", "callbacks", object{"reached": true, "result": "满意"}},
		{"callbacker", "close", object{}},
	}
}

// sentence makes n characters of plausible length and variety from words of the trade.
func sentence(r *rand.Rand, n int) string {
	var b []rune
	for len(b) < n {
		b = append(b, []rune(words[r.Intn(len(words))])...)
	}
	return string(b[:n])
}

var words = []string{"城北街道", "红园路", "路灯", "不亮", "小区", "物业", "供暖", "温度", "不达标", "噪音", "夜间", "施工", "扰民", "垃圾", "清运", "不及时", "井盖", "损坏", "积水",
	"公交", "站牌", "学校", "门口", "拥堵", "停车", "收费", "医保", "报销", "社保", "缴费", "工资", "拖欠", "农民工", "食品", "过期", "超市", "诈骗", "电动车", "充电", "楼道", "消防", "通道",
	"占用", "自来水", "停水", "天然气", "安装", "房产证", "办理", "户口", "迁移", "低保", "申请", "养老", "认证", "道路", "坑洼", "树木", "倒伏", "河道", "污水", "异味", "餐馆", "油烟", "希望",
	"尽快", "处理", "反映", "多次", "没有", "结果", "请", "有关部门", "核实", "答复", "来电人", "表示", "影响", "居民", "生活", "出行", "安全"}
