namespace Earshot.Simulation.Scheduling;

/// <summary>
/// The one queue of everything that will happen, and the virtual time. Steps that are due at the same time come in an order that the
/// seed decides. Used by one thread only.
/// </summary>
internal sealed class Scheduler(Chance chance)
{
    private const int MaxStepsWithoutTime = 100_000;
    private const int MaxRounds = 10_000;

    private readonly PriorityQueue<Step, (long At, uint Tie, long Order)> _steps = new();
    private readonly Quiescence _quiescence = new();
    private readonly Actor _awake = new("scheduler");
    private Actor? _released; // its pause is over, and what was withheld comes now
    private long _order;
    private int _stepsWithoutTime;

    /// <summary>The time since the start of the run.</summary>
    public TimeSpan Now { get; private set; }

    public long Executed { get; private set; }

    /// <summary>Called when everything that a step caused has been executed.</summary>
    public Action Settled { get; set; } = static () => { };

    public void After(TimeSpan delay, Actor actor, Action act) => At(Now + (delay > TimeSpan.Zero ? delay : TimeSpan.Zero), actor, act);

    public void At(TimeSpan time, Actor actor, Action act) => Put(new Step(actor, act), time, (uint)(chance.Next() >> 32));

    /// <summary>Executes steps until a time, or until no more are wanted.</summary>
    /// <exception cref="BusyLoopException">Between two steps the work did not end.</exception>
    public async Task RunAsync(TimeSpan until, Func<bool> isOver)
    {
        await SettleAsync().ConfigureAwait(false);
        while (!isOver() && _steps.TryPeek(out _, out (long At, uint Tie, long Order) next) && next.At <= until.Ticks)
        {
            Step step = _steps.Dequeue();
            AdvanceTo(next.At);
            if (step.Actor.PausedUntil > Now || step.Actor.Withheld.Count > 0)
            {
                Withhold(step);
                continue;
            }

            await ExecuteAsync(step.Act).ConfigureAwait(false);
            await (_released is { } released ? ReleaseAsync(released) : Task.CompletedTask).ConfigureAwait(false);
        }

        Now = isOver() || Now > until ? Now : until;
    }

    private async Task ExecuteAsync(Action act)
    {
        Executed++;
        act();
        await SettleAsync().ConfigureAwait(false);
    }

    // What comes for a paused process waits in its order, and behind what waits already.
    private void Withhold(Step step)
    {
        step.Actor.Withheld.Enqueue(step.Act);
        if (step.Actor.Withheld.Count == 1)
        {
            AwaitResumption(step.Actor);
        }
    }

    private void AwaitResumption(Actor actor) => At(actor.PausedUntil, _awake, () =>
    {
        if (actor.PausedUntil > Now)
        {
            AwaitResumption(actor); // it was prolonged
        }
        else
        {
            _released = actor;
        }
    });

    private async Task ReleaseAsync(Actor actor)
    {
        _released = null;
        while (actor.PausedUntil <= Now && actor.Withheld.TryDequeue(out Action? act))
        {
            await ExecuteAsync(act).ConfigureAwait(false);
        }

        if (actor.Withheld.Count > 0)
        {
            AwaitResumption(actor);
        }
    }

    private void AdvanceTo(long time)
    {
        _stepsWithoutTime = time > Now.Ticks ? 0 : _stepsWithoutTime + 1;
        if (_stepsWithoutTime > MaxStepsWithoutTime)
        {
            throw new BusyLoopException();
        }

        Now = TimeSpan.FromTicks(Math.Max(Now.Ticks, time));
    }

    private async ValueTask SettleAsync()
    {
        for (int rounds = 0; rounds < MaxRounds && !_quiescence.IsBusyLoop; rounds++)
        {
            await _quiescence;
            Settled();
            if (_quiescence.IsCompleted)
            {
                return;
            }
        }

        throw new BusyLoopException();
    }

    private void Put(Step step, TimeSpan time, uint tie) => _steps.Enqueue(step, (time.Ticks, tie, _order++));

    private readonly record struct Step(Actor Actor, Action Act);
}
