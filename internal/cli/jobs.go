package cli

import (
	"encoding/json"
	"errors"
	"fmt"

	"yichuang/internal/app"
	"yichuang/internal/jobs"
)

// JobsCmd is the command jobs: what the queue gave up.
type JobsCmd struct {
	List  JobsListCmd  `cmd:"" help:"列出多次失败后停止的任务和原因（服务可以照常运行）"`
	Retry JobsRetryCmd `cmd:"" help:"让停止的任务重新执行"`
}

// JobsListCmd lists dead jobs.
type JobsListCmd struct {
	JSON     bool `name:"json" help:"输出 JSON"`
	Settings `embed:""`
}

// Run prints them.
func (c *JobsListCmd) Run(g *Globals) (err error) {
	a, err := g.Inspect()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	list, err := a.DeadJobs(g.Ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(g.Out).Encode(jobLines(list))
	}
	if len(list) == 0 {
		_, err = fmt.Fprintln(g.Out, "没有停止的任务。")
		return err
	}
	for _, j := range jobLines(list) {
		fmt.Fprintf(g.Out, "%s  %s  建立于 %s，试过 %d 次：%s\n", j.ID, j.Kind, j.CreatedAt, j.Attempts, j.Error)
	}
	_, err = fmt.Fprintln(g.Out, "处理原因后，用 yichuang jobs retry 编号（或 --all）重新执行。")
	return err
}

// jobLine is a dead job as it is printed.
type jobLine struct {
	ID        string `json:"id"`
	Centre    string `json:"centre,omitempty"`
	Kind      string `json:"kind"`
	CreatedAt string `json:"created_at"`
	Attempts  int64  `json:"attempts"`
	Error     string `json:"error"`
}

func jobLines(list []jobs.Job) []jobLine {
	out := make([]jobLine, len(list))
	for i, j := range list {
		out[i] = jobLine{ID: j.ID, Centre: j.CentreID, Kind: j.Kind, CreatedAt: j.CreatedAt.String(), Attempts: j.Attempt, Error: j.LastError}
	}
	return out
}

// JobsRetryCmd puts dead jobs back into the queue.
type JobsRetryCmd struct {
	IDs      []string `arg:"" optional:"" name:"ids" help:"任务编号，可以写几个" placeholder:"编号"`
	All      bool     `help:"全部停止的任务"`
	Settings `embed:""`
}

// Run puts them back; the running program, or its next start, does them.
func (c *JobsRetryCmd) Run(g *Globals) (err error) {
	if c.All == (len(c.IDs) > 0) {
		return app.ErrJob.Say("请写明要重试的任务编号，或用 --all 重试全部。")
	}
	a, err := g.Open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	list, err := a.DeadJobs(g.Ctx)
	if err != nil {
		return err
	}
	if !c.All {
		if list, err = chosenJobs(list, c.IDs); err != nil {
			return err
		}
	}
	if err := a.RetryJobs(g.Ctx, list); err != nil {
		return err
	}
	_, err = fmt.Fprintf(g.Out, "已放回 %d 个任务，服务运行时自动执行。\n", len(list))
	return err
}

func chosenJobs(list []jobs.Job, ids []string) ([]jobs.Job, error) {
	byID := map[string]jobs.Job{}
	for _, j := range list {
		byID[j.ID] = j
	}
	var out []jobs.Job
	for _, id := range ids {
		j, ok := byID[id]
		if !ok {
			return nil, app.ErrJob.Say("没有停止的任务 %s，可能已经重试。用 yichuang jobs list 查看。", id)
		}
		delete(byID, id)
		out = append(out, j)
	}
	return out, nil
}
