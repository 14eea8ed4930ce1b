using Earshot.JetStream.Publishing;
using Earshot.JetStream.Requests;

namespace Earshot.JetStream.Batches;

/// <summary>
/// Executes the orders of the state machine of one fast batch: within the calls of the application, and between them by a timer. Called
/// by one thread at a time. Keeps messages until their ack, because they may be sent again.
/// </summary>
internal sealed class FastEngine(ContextParts parts, StreamInfo stream, NatsJSFastPublisherOpts opts, BatchLink link)
{
    private readonly FastTerms _terms = new(opts.MaxOutstandingAcks, BatchWriter.Limit(opts.AckTimeout), BatchWriter.Limit(parts.Options.PublishTimeout), opts.Mode == NatsJSFastMode.Ok);
    private readonly FastReplies _replies = new(link.Prefix, opts.Flow, opts.Mode);
    private readonly BatchWriter _writer = new(parts.Port);
    private readonly FastLosses _losses = new(parts.Port, opts.OnLost);
    private readonly List<FastMessage> _kept = []; // without an ack; the first is number Acked + 1
    private readonly long _epoch = parts.Port.Time.GetTimestamp();
    private readonly TimeSpan _window = PublishResults.SafeWindow(stream.Config.DuplicateWindow);
    private FastState _state = new();
    private string _subject = ""; // for pings and ends
    private (PubAckResponse? Ack, ApiError? Error, Exception? Cause, long Commit) _last = (null, null, null, long.MaxValue);
    private Exception? _failure;

    public FastState State => _state;

    public bool IsOver => _state.Phase == FastPhase.Over;

    /// <summary>The time until the engine must be called; null for never.</summary>
    public TimeSpan? Due => FastBatchMachine.DueOf(_state, _terms) is var due && due == TimeSpan.MaxValue ? null : Later(due - Now(), TimeSpan.FromMilliseconds(1));

    /// <summary>Adds a message, takes over its memory, and completes when it is written.</summary>
    public async ValueTask AddAsync(PublishMessage message, CancellationToken cancellationToken)
    {
        link.BeginCall();
        try
        {
            Accept(message);
            FastOrder order = await RunAsync(FastWait.Sent, cancellationToken).ConfigureAwait(false);
            if (order != FastOrder.Wait)
            {
                throw Failure(order, cancellationToken);
            }
        }
        finally
        {
            EndCall();
        }
    }

    /// <summary>Commits the batch, with a last message that the call takes over, or without one.</summary>
    public async ValueTask<NatsJSBatchAck> CommitAsync(PublishMessage? last, CancellationToken cancellationToken)
    {
        link.BeginCall();
        try
        {
            if (last is { } message)
            {
                Accept(message);
            }

            TimeSpan timeout = parts.Options.PublishTimeout;
            TimeSpan deadline = timeout == Timeout.InfiniteTimeSpan || timeout > TimeSpan.MaxValue - Now() ? TimeSpan.MaxValue : Now() + timeout;
            FastOrder order = Step(new FastInput(FastInputKind.Commit, Now()) { HasMessage = last is not null, Deadline = deadline });
            order = order == FastOrder.Wait ? await RunAsync(FastWait.End, cancellationToken).ConfigureAwait(false) : order;
            return order == FastOrder.EndStored ? Stored() : throw Failure(order, cancellationToken);
        }
        finally
        {
            EndCall();
        }
    }

    /// <summary>Processes what has arrived and what is due, without waiting for answers.</summary>
    public async Task TickAsync()
    {
        FastOrder order = await RunAsync(FastWait.None, CancellationToken.None).ConfigureAwait(false);
        if (order != FastOrder.Wait)
        {
            _ = Failure(order, CancellationToken.None); // thrown by the next call
            Close();
        }
    }

    /// <summary>Ends the batch. Messages that were sent remain.</summary>
    public void Close()
    {
        _state.Phase = FastPhase.Over;
        _kept.ForEach(static kept => kept.Message.Return());
        _kept.Clear();
        _kept.TrimExcess();
        link.Close();
    }

    private void EndCall()
    {
        if (IsOver)
        {
            Close(); // nothing is sent again, and nothing is awaited
        }

        link.EndCall();
    }

    private void Accept(in PublishMessage message)
    {
        int size = message.MeasureHeaders() + message.Payload.Memory.Length;
        if (parts.Port.HasSession && size > parts.Port.MaxPayload)
        {
            message.Return();
            throw new NatsPayloadTooLargeException(size, parts.Port.MaxPayload);
        }

        if (!IsOver)
        {
            Step(new FastInput(FastInputKind.Add, Now()));
            _subject = message.Subject;
            _kept.Add(new FastMessage(message, Now()));
            return;
        }

        message.Return();
        throw Failure(FastOrder.RejectOver, CancellationToken.None);
    }

    // Until what is awaited has happened, or an order ends the batch.
    private async ValueTask<FastOrder> RunAsync(FastWait until, CancellationToken cancellationToken)
    {
        while (true)
        {
            FastOrder order = FastOrder.Wait;
            while (order == FastOrder.Wait && link.Signals.TryRead(out BatchSignal signal))
            {
                order = InputOf(signal) is { } arrived ? await ObeyAsync(Step(arrived), arrived, cancellationToken).ConfigureAwait(false) : FastOrder.Wait;
            }

            if (order == FastOrder.Wait && !(until == FastWait.Sent && _state.Phase == FastPhase.Flowing && _state.Sent >= _state.Added))
            {
                order = FastBatchMachine.Next(ref _state, _terms, Now());
                FastInput next = default;
                if (order == FastOrder.Wait)
                {
                    bool isDue = FastBatchMachine.DueOf(_state, _terms) <= Now();
                    if (until == FastWait.None && !isDue)
                    {
                        return FastOrder.Wait;
                    }

                    next = isDue ? Input(FastInputKind.Due) : await NextAsync(cancellationToken).ConfigureAwait(false);
                    order = Step(next);
                }

                order = await ObeyAsync(order, next, cancellationToken).ConfigureAwait(false);
                if (order == FastOrder.Wait)
                {
                    continue;
                }
            }

            return order;
        }
    }

    // Executes an order; returns Wait when the batch continues.
    private async ValueTask<FastOrder> ObeyAsync(FastOrder order, FastInput input, CancellationToken cancellationToken)
    {
        switch (order)
        {
            case FastOrder.SendStart:
                return await SendAsync(_kept[0], 1, FastAnswer.Start, cancellationToken).ConfigureAwait(false);
            case FastOrder.Send or FastOrder.SendCommit:
                FastMessage next = _kept[(int)(_state.Sent - _state.Acked - 1)];
                return !next.IsLost ? await SendAsync(next, _state.Sent, order == FastOrder.Send ? FastAnswer.Add : FastAnswer.Commit, cancellationToken).ConfigureAwait(false)
                    : order == FastOrder.Send ? FastOrder.Wait // the server finds the gap again
                    : await SendAsync(null, _state.Sent + 1, FastAnswer.End, cancellationToken).ConfigureAwait(false);
            case FastOrder.SendEnd:
                return await SendAsync(null, _state.Sent + 1, FastAnswer.End, cancellationToken).ConfigureAwait(false);
            case FastOrder.Ping:
                return await SendAsync(null, _state.Sent, FastAnswer.Ping, cancellationToken).ConfigureAwait(false);
            case FastOrder.StartAgain:
                _replies.Renew();
                _losses.Forget(_state.Base);
                _kept.ForEach(static kept => kept.Number = long.MaxValue);
                _last.Commit = long.MaxValue;
                return FastOrder.Wait;
            case FastOrder.ReportLoss:
                _losses.Report();
                return FastOrder.Wait;
            default:
                return order;
        }
    }

    private async ValueTask<FastOrder> SendAsync(FastMessage? kept, long sequence, int operation, CancellationToken cancellationToken)
    {
        try
        {
            link.Open();
            PublishMessage message = kept?.Message ?? new PublishMessage { Context = parts, Subject = _subject };
            ReadOnlyMemory<byte> replyTo = _replies.Of(sequence, operation);
            ReadOnlyMemory<byte> lines = message.Lines.AsMemory(0, message.LinesLength);

            // A ping is not worth waiting for a session; its answer could not arrive anyway.
            TimeSpan left = Later(_state.Deadline - Now(), TimeSpan.Zero);
            TimeSpan timeout = left < _terms.Timeout ? left : _terms.Timeout;
            long number = await _writer.WriteAsync(message, lines, replyTo, waitsForSession: operation != FastAnswer.Ping, timeout, cancellationToken).ConfigureAwait(false);
            _last.Commit = operation is FastAnswer.Commit or FastAnswer.End ? number : _last.Commit;
            if (kept is not null)
            {
                kept.Number = number;
            }

            return FastOrder.Wait;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            if (_state.IsCommitting)
            {
                return Step(Input(FastInputKind.Cancelled));
            }

            Step(Input(FastInputKind.NotWritten) with { HasMessage = kept is not null });
            throw; // the message stays in the batch
        }
        catch (NatsJSPublishNotSentException) when (operation == FastAnswer.Ping)
        {
            return FastOrder.Wait;
        }
        catch (Exception e)
        {
            _last.Cause = e;
            return Step(Input(FastInputKind.CannotWrite) with { HasMessage = kept is not null });
        }
    }

    private async ValueTask<FastInput> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await link.NextAsync(Due ?? TimeSpan.MaxValue, cancellationToken).ConfigureAwait(false) is { } signal)
            {
                if (InputOf(signal) is { } input)
                {
                    return input;
                }
            }

            return Input(FastInputKind.Due);
        }
        catch (OperationCanceledException) when (_state.IsCommitting) // otherwise the message stays in the batch
        {
            return Input(FastInputKind.Cancelled);
        }
    }

    private FastInput? InputOf(in BatchSignal signal)
    {
        switch (signal.Kind)
        {
            case BatchSignalKind.SessionLost:
                bool isLost = _last.Commit < signal.KeptFrom || IsSentBefore(signal.KeptFrom);
                _last.Cause = isLost ? signal.Cause : _last.Cause;
                return isLost ? Input(FastInputKind.SessionLost) : null;
            case BatchSignalKind.ConnectionEnded:
                _last.Cause = signal.Cause;
                return Input(FastInputKind.ConnectionEnded);
            case BatchSignalKind.Denied:
                string? subject = signal.Subject;
                bool isOurs = subject is null || subject == _subject || _kept.Exists(kept => kept.Message.Subject == subject);
                _last.Cause = isOurs ? signal.Cause : _last.Cause;
                return isOurs ? Input(FastInputKind.Denied) : null;
            default:
                if (FastAnswer.Read(signal, _replies.Id, Now()) is not { } answer)
                {
                    return null;
                }

                _last.Ack = answer.Ack ?? _last.Ack;
                _last.Error = answer.Input.Error ?? _last.Error;
                bool isLoss = _terms.ContinuesAfterLoss && answer.Input.Kind is FastInputKind.Gap or FastInputKind.MessageRefused;
                long missing = isLoss ? _losses.Mark(_kept, answer.Input, _state) : 0;
                return answer.Input with { MayResend = MayResend(), LostNext = LostNext(), Missing = missing, Random = Random() };
        }
    }

    // One that was reported as lost is not written again, and has no number.
    private bool IsSentBefore(long number) => _kept.Take((int)(_state.Sent - _state.Acked)).Any(kept => kept.Number < number);

    private FastInput Input(FastInputKind kind) => new(kind, Now()) { MayResend = MayResend(), LostNext = LostNext(), Random = Random() };

    private int LostNext() => _kept.TakeWhile(static kept => kept.IsLost).Count();

    private bool MayResend()
    {
        int sent = (int)(_state.Sent - _state.Acked);
        return sent == 0 || (Now() - _kept[0].Added < _window && _kept.Take(sent).All(static kept => kept.IsLost || kept.Message.MsgId is not null));
    }

    private NatsJSBatchAck Stored()
    {
        PubAckResponse ack = _last.Ack is { Error: null } last ? last : new PubAckResponse { Stream = stream.Config.Name };
        var stored = new NatsJSBatchAck
        {
            Stream = ack.Stream ?? "",
            Domain = ack.Domain,
            Sequence = ack.Seq,
            Batch = ack.Batch ?? _replies.Id,
            Count = _state.Base + _state.Added,
            Lost = _state.Lost,
            Attempts = _state.Round,
        };
        _failure = new InvalidOperationException("The batch is committed.");
        return stored;
    }

    private Exception Failure(FastOrder order, CancellationToken cancellationToken)
    {
        if (order == FastOrder.RejectOver && _failure is not null)
        {
            return _failure;
        }

        Exception failure = FastEnds.Of(order, _replies.Id, _state.Stored, _last.Error, _last.Cause, cancellationToken);
        _failure = IsOver && order != FastOrder.RejectOver ? failure : _failure;
        if (order is FastOrder.EndUnknown or FastOrder.EndCancelledUnknown)
        {
            FastMessage? first = _kept.Count > 0 ? _kept[0] : null;
            var report = new BatchReport(UncertainOperation.FastBatch, first?.Message.Subject ?? _subject, stream.Config.Name ?? "", first?.Message.MsgId, _state.Round);
            parts.Port.Append(report.Event(UncertainResult.Unknown, first is null ? TimeSpan.Zero : Now() - first.Added));
        }

        return failure;
    }

    private FastOrder Step(in FastInput input)
    {
        long before = _state.Base + _state.Acked;
        FastOrder order = FastBatchMachine.Step(ref _state, _terms, input);
        long confirmed = _state.Base + _state.Acked - before;
        for (int i = 0; i < confirmed; i++)
        {
            _kept[i].Message.Return();
        }

        _kept.RemoveRange(0, (int)confirmed);
        return order;
    }

    private TimeSpan Now() => parts.Port.Time.GetElapsedTime(_epoch);

    private double Random() => parts.Port.Random.NextDouble();

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
