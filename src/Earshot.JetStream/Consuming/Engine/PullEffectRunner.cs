using System.Buffers;
using Earshot.Connections;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// Executes the effects of the machine of one read: subscribes inboxes, sends pull requests, PINGs and requests for the info of the consumer,
/// and passes notes to the reporter. Results are passed to the engine as inputs. Called by one thread at a time.
/// </summary>
internal sealed class PullEffectRunner(PullEngine engine)
{
    private readonly EpochInboxes _inboxes = new(engine);
    private readonly PullWriter _writer = new(engine.Origin);
    private IReadReporter? _reporter;

    private ConnectionPort Port => engine.Origin.Hub.Port;

    /// <summary>Prepares the next read. Called under the lock of the engine.</summary>
    /// <param name="reporter">Receives the notes of the read.</param>
    /// <param name="group">The JSON fields of the priority group.</param>
    public void Prepare(IReadReporter reporter, byte[] group) => (_reporter, _writer.Group) = (reporter, group);

    /// <summary>Sends no pin id any more, because another client is pinned. Called under the lock of the engine. Returns the previous one.</summary>
    public string? ForgetPin()
    {
        string? pin = _writer.Pin;
        _writer.Pin = null;
        return pin;
    }

    /// <inheritdoc cref="DeliveryChecks.Heartbeat"/>
    public void Heartbeat(int epoch, in PullStatus status) => DeliveryChecks.Heartbeat(engine.Origin, _reporter, status, epoch == _inboxes.Newest);

    /// <inheritdoc cref="DeliveryChecks.Check"/>
    public void Delivered(int epoch, in AckSubject subject, ReadOnlySpan<byte> headers) =>
        DeliveryChecks.Check(engine.Origin, _writer, _reporter, subject, headers, epoch == _inboxes.Newest);

    /// <summary>Executes one effect. Called outside of the lock of the engine.</summary>
    public void Execute(in PullEffect effect)
    {
        switch (effect.Kind)
        {
            case PullEffectKind.Subscribe:
                if (!_inboxes.TryOpen(effect.Epoch))
                {
                    engine.ConnectionEnded(Port.Closed(NatsOutcome.NotSent));
                }

                break;
            case PullEffectKind.Ask:
                Ask(effect.Epoch, effect.Ask);
                break;
            case PullEffectKind.Unsubscribe:
                _inboxes.Close(effect.Epoch);
                break;
            case PullEffectKind.Forget:
                _inboxes.Forget(effect.Epoch);
                break;
            case PullEffectKind.Fence:
                _ = FenceAsync();
                break;
            case PullEffectKind.Probe:
                _ = ProbeAsync();
                break;
            case PullEffectKind.Report:
                Report(effect.Note!);
                break;
            case PullEffectKind.Finish:
                engine.Finish();
                break;
        }
    }

    /// <summary>
    /// Writes the first pull request among the effects as a frame, and removes it from them, if its inbox is subscribed. Called under the
    /// outbound lock and the lock of the engine.
    /// </summary>
    public void WriteAtStartLocked(IBufferWriter<byte> writer, List<PullEffect> effects)
    {
        int at = effects.FindIndex(static effect => effect.Kind == PullEffectKind.Ask);
        if (at >= 0 && _inboxes.Find(effects[at].Epoch) is { } target)
        {
            _writer.WriteFrame(writer, target, effects[at].Ask);
            effects.RemoveAt(at);
        }
    }

    private void Ask(int epoch, in PullAsk ask)
    {
        if (_inboxes.Find(epoch) is { } target && !_writer.TryPublish(target, ask))
        {
            engine.SendFailed(epoch, ask);
        }
    }

    // What the application can still read is known by the queue: the machine also counts the message that is being processed.
    private void Report(PullNote note) => _reporter?.Report(
        engine.Origin, note.Kind is PullNoteKind.Lost or PullNoteKind.Stalled ? note with { Count = engine.Queue.Count } : note);

    private async Task FenceAsync()
    {
        try
        {
            await Port.Connection.PingAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The session or the connection has ended, so that no more messages can arrive.
        }

        engine.Fenced();
    }

    private async Task ProbeAsync() => engine.Probed(await ConsumerProbe.AskAsync(engine.Origin).ConfigureAwait(false));
}
