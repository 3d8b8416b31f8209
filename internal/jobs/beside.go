package jobs

import (
	"context"
	"sync"
)

// Beside runs what a job begins and the queue may not wait for: minutes of computing, or work in many transactions. Its
// job comes by again and takes up what has died on the way.
type Beside struct {
	running sync.WaitGroup
	life    context.Context
	end     context.CancelFunc
}

// NewBeside makes one; Stop ends it.
func NewBeside() *Beside {
	life, end := context.WithCancel(context.Background())
	return &Beside{life: life, end: end}
}

// Go runs fn, which should end early when its context does.
func (b *Beside) Go(fn func(ctx context.Context)) {
	b.running.Go(func() { fn(b.life) })
}

// Outlive gives a context with the values of ctx that ends when what runs beside the queue does, and not with ctx: for
// work that somebody has asked for and need not wait for.
func (b *Beside) Outlive(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(b.life, cancel)
	return ctx, func() { stop(); cancel() }
}

// Settle returns when nothing runs beside the queue any more.
func (b *Beside) Settle() { b.running.Wait() }

// Stop ends what runs beside the queue; what it was about is taken up again by its job.
func (b *Beside) Stop() {
	b.end()
	b.running.Wait()
}
