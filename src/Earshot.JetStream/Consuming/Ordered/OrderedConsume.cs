using System.Runtime.CompilerServices;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// An ordered read with a handle. Its consumer is pulled from whether somebody enumerates or not; after a loss of certainty it is made again
/// when the next message is asked for.
/// </summary>
internal sealed class OrderedConsume<T>(OrderedRun<T> run) : INatsJSConsume<T>
{
    private readonly CancellationTokenSource _stop = new();
    private ReadGate _gate;
    private volatile bool _isLost;

    public IAsyncEnumerable<INatsJSMsg<T>> Msgs => ReadAsync();

    public NatsJSConsumeState State =>
        _isLost ? NatsJSConsumeState.Lost
        : _stop.IsCancellationRequested ? NatsJSConsumeState.Ended
        : run.Reader?.Engine is not { } engine ? Between
        : engine.Phase switch
        {
            PullPhase.Lost => NatsJSConsumeState.Lost,
            PullPhase.Ended => Between,
            PullPhase.Stopping => NatsJSConsumeState.Stopping,
            PullPhase.Flowing => NatsJSConsumeState.Flowing,
            _ => NatsJSConsumeState.Asking,
        };

    public NatsJSConsumeCounts Counts => run.Reader?.Engine.Locked(static machine => machine.Amounts) is { } amounts
        ? new NatsJSConsumeCounts(amounts.Outstanding, Math.Max(0, amounts.BufferedMsgs), amounts.ReceivedMsgs, amounts.ReceivedBytes, run.Incarnations)
        : new NatsJSConsumeCounts(0, 0, 0, 0, run.Incarnations);

    // Without a consumer: it is being made again, or no other one is wanted.
    private NatsJSConsumeState Between => run.IsStopping ? NatsJSConsumeState.Ended : NatsJSConsumeState.Stalled;

    public ValueTask StopAsync(CancellationToken cancellationToken = default)
    {
        _stop.Cancel();
        if (_gate.End()) // else the enumeration does it when it ends
        {
            run.Abandon();
        }

        return default; // nothing of it waits for an ack
    }

    public ValueTask DrainAsync(CancellationToken cancellationToken = default) => new(run.StopAsync().WaitAsync(cancellationToken));

    public ValueTask DisposeAsync() => StopAsync();

    private async IAsyncEnumerable<INatsJSMsg<T>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (!_gate.TryEnter())
        {
            if (_stop.IsCancellationRequested) // cancelled before the read is ended, so that a stop at this moment is seen
            {
                yield break; // a stopped read has no more messages
            }

            throw new InvalidOperationException("The messages of this read are already being enumerated, or the read has ended.");
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
        try
        {
            while (await NextAsync(either.Token).ConfigureAwait(false) is { } msg)
            {
                yield return msg;
            }
        }
        finally
        {
            if (_isLost || run.IsStopping)
            {
                _gate.LeaveAndEnd();
                run.Abandon();
            }
            else if (_gate.Leave())
            {
                run.Abandon();
            }
        }
    }

    private async ValueTask<INatsJSMsg<T>?> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await OrderedStream.NextAsync(run, long.MaxValue, returnsAtRestart: false, cancellationToken).ConfigureAwait(false);
        }
        catch (NatsException)
        {
            _isLost = true;
            throw;
        }
    }
}
