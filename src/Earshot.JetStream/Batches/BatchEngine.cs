using Earshot.JetStream.Publishing;
using Earshot.JetStream.Requests;

namespace Earshot.JetStream.Batches;

/// <summary>
/// Executes the orders of the state machine of one atomic batch, within the calls of the application, one call after another. Keeps the
/// messages until the batch has ended, because they may be sent again. Has no task and no timer of its own.
/// </summary>
internal sealed class BatchEngine(ContextParts parts, string stream, BatchTerms terms)
{
    private readonly BatchLink _link = new(parts.Port);
    private readonly BatchWriter _writer = new(parts.Port);
    private readonly PubAckReader _reader = new();
    private readonly BatchLines _lines = new();
    private readonly List<PublishMessage> _messages = [];
    private readonly long _epoch = parts.Port.Time.GetTimestamp();
    private BatchState _state = new();
    private string? _commitSubject;
    private (long First, long Commit) _numbers = (long.MaxValue, long.MaxValue);
    private (PubAckResponse? Ack, ApiError? Error, Exception? Cause) _last;
    private Exception? _failure;
    private bool _isAwaited; // the answer to a commit whose outcome is unknown may still arrive

    public int Count => _state.Count;

    public bool IsOver => _state.Phase == BatchPhase.Over;

    public bool IsBroken => _state.Phase == BatchPhase.Broken;

    /// <summary>Adds a message, and takes over its memory.</summary>
    public async ValueTask AddAsync(PublishMessage message, CancellationToken cancellationToken)
    {
        _link.BeginCall();
        try
        {
            await SendNextAsync(message, cancellationToken).ConfigureAwait(false);
            await AwaitAnswerAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            EndCall();
        }
    }

    private async ValueTask SendNextAsync(PublishMessage message, CancellationToken cancellationToken)
    {
        try
        {
            TakeArrived();
            BatchOrder order = Step(new BatchInput(BatchInputKind.Add, Now()));
            if (order is not BatchOrder.Send and not BatchOrder.SendAcked)
            {
                throw Failure(order, cancellationToken);
            }

            await SendAsync(message, order == BatchOrder.SendAcked, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            message.Return();
            throw;
        }

        _messages.Add(message); // from here on the batch owns it, also when the answer is an error
    }

    /// <summary>Commits the batch, with a last message that the call takes over, or without one.</summary>
    public async ValueTask<NatsJSBatchAck> CommitAsync(PublishMessage? last, TimeSpan timeout, CancellationToken cancellationToken)
    {
        _link.BeginCall();
        try
        {
            TakeArrived();
            _commitSubject = last?.Subject;
            var input = new BatchInput(last is null ? BatchInputKind.CommitWithoutMessage : BatchInputKind.Commit, Now())
            {
                Deadline = timeout == Timeout.InfiniteTimeSpan || timeout > TimeSpan.MaxValue - Now() ? TimeSpan.MaxValue : Now() + timeout,
                HasIds = _messages.TrueForAll(message => message.MsgId is not null) && (last is null || last.Value.MsgId is not null),
            };
            StreamView before = parts.Watch.ViewByName(parts.Options.Domain, stream);
            BatchOrder order = await RunCommitAsync(Step(input), last, cancellationToken).ConfigureAwait(false);
            return order == BatchOrder.EndStored ? Stored(last is null ? _state.Count : _state.Count + 1, before) : throw Failure(order, cancellationToken);
        }
        finally
        {
            last?.Return();
            EndCall();
        }
    }

    /// <summary>Sends the messages of a rejected batch again, as a new batch.</summary>
    public async ValueTask ResendAsync(CancellationToken cancellationToken)
    {
        _link.BeginCall();
        try
        {
            await SendAllAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            EndCall();
        }
    }

    private async ValueTask SendAllAsync(CancellationToken cancellationToken)
    {
        TakeArrived();
        BatchOrder order = Step(new BatchInput(BatchInputKind.Resend, Now()));
        if (order != BatchOrder.StartAgain)
        {
            throw Failure(order, cancellationToken);
        }

        _lines.Renew();
        (_numbers, _failure, _last) = ((long.MaxValue, long.MaxValue), null, default);
        PublishMessage[] again = [.. _messages];
        for (int i = 0; i < again.Length; i++)
        {
            try
            {
                order = Step(new BatchInput(BatchInputKind.Add, Now()));
                await SendAsync(again[i], order == BatchOrder.SendAcked, cancellationToken).ConfigureAwait(false);
                await AwaitAnswerAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (_state.Phase == BatchPhase.Open)
            {
                _failure = new NatsJSBatchException("Not all messages of the batch were sent again. Nothing of the batch is stored.", NatsOutcome.Rejected, _lines.Id, 0, e);
                _state.Phase = BatchPhase.Broken; // so that the rest is not missing in a later commit
                throw;
            }
        }
    }

    /// <summary>Ends the batch without a commit: the server stores nothing of it.</summary>
    public void Discard()
    {
        _state.Phase = BatchPhase.Over;
        Close();
    }

    private async ValueTask<BatchOrder> RunCommitAsync(BatchOrder order, PublishMessage? last, CancellationToken cancellationToken)
    {
        while (true)
        {
            BatchInput next;
            switch (order)
            {
                case BatchOrder.SendCommit or BatchOrder.SendAgain:
                    next = await WriteCommitAsync(order == BatchOrder.SendAgain, last, cancellationToken).ConfigureAwait(false);
                    break;
                case BatchOrder.LookUp:
                    (BatchInputKind found, PubAckResponse? ack, Exception? cause) = await BatchLookUp.FindAsync(parts, stream, last ?? _messages[^1], cancellationToken).ConfigureAwait(false);
                    (_last.Ack, _last.Cause) = (ack ?? _last.Ack, cause ?? _last.Cause);
                    next = new BatchInput(found, Now());
                    break;
                case BatchOrder.Wait:
                    next = await NextAsync(cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    return order;
            }

            order = Step(next);
        }
    }

    private async ValueTask<BatchInput> WriteCommitAsync(bool isWhole, PublishMessage? last, CancellationToken cancellationToken)
    {
        try
        {
            TimeSpan Left() => _state.Deadline == TimeSpan.MaxValue ? parts.Options.PublishTimeout : Later(_state.Deadline - Now(), TimeSpan.Zero);
            if (isWhole)
            {
                _lines.Renew();
                _numbers = (long.MaxValue, long.MaxValue);
                for (int i = 0; i < _messages.Count; i++)
                {
                    long number = await _writer.WriteAsync(_messages[i], _lines.Of(_messages[i], i + 1, null), default, waitsForSession: true, Left(), cancellationToken).ConfigureAwait(false);
                    _numbers.First = Math.Min(_numbers.First, number);
                }
            }

            _link.Open();
            PublishMessage commit = last ?? new PublishMessage { Context = parts, Subject = _messages[^1].Subject };
            int sequence = _state.Count + 1;
            ReadOnlyMemory<byte> end = _lines.Of(commit, sequence, last is null ? BatchLines.EndOfBatch : BatchLines.Stored);
            byte[] replyTo = BatchAnswer.ReplyTo(_link.Prefix, _state.Round, sequence);
            bool waits = isWhole || _state.Count == 0;
            _numbers.Commit = await _writer.WriteAsync(commit, end, replyTo, waits, Left(), cancellationToken).ConfigureAwait(false);
            _numbers.First = Math.Min(_numbers.First, _numbers.Commit);
            return new BatchInput(BatchInputKind.CommitWritten, Now());
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new BatchInput(BatchInputKind.Cancelled, Now());
        }
        catch (Exception e)
        {
            _last.Cause = e;
            return new BatchInput(BatchInputKind.CannotWrite, Now());
        }
    }

    private async ValueTask SendAsync(PublishMessage message, bool isAcked, CancellationToken cancellationToken)
    {
        try
        {
            _link.Open();
            int sequence = _state.Count;
            byte[] replyTo = isAcked ? BatchAnswer.ReplyTo(_link.Prefix, _state.Round, sequence) : [];
            long number = await _writer.WriteAsync(message, _lines.Of(message, sequence, null), replyTo, waitsForSession: sequence == 1, parts.Options.PublishTimeout, cancellationToken).ConfigureAwait(false);
            _numbers.First = Math.Min(_numbers.First, number);
        }
        catch
        {
            Step(new BatchInput(BatchInputKind.CannotWrite, Now()));
            throw;
        }
    }

    private async ValueTask AwaitAnswerAsync(CancellationToken cancellationToken)
    {
        while (_state.Awaited > 0)
        {
            BatchOrder order = Step(await NextAsync(cancellationToken).ConfigureAwait(false));
            if (order is not BatchOrder.Wait and not BatchOrder.Continue)
            {
                throw Failure(order, cancellationToken);
            }
        }
    }

    // What arrived between two calls: a failure is thrown by the call.
    private void TakeArrived()
    {
        while (_link.Signals.TryRead(out BatchSignal signal))
        {
            if (InputOf(signal) is { } input && Step(input) is var order and not BatchOrder.Wait and not BatchOrder.Continue)
            {
                _failure = Failure(order, CancellationToken.None);
            }
        }
    }

    private async ValueTask<BatchInput> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await _link.NextAsync(Later(_state.Due - Now(), TimeSpan.Zero), cancellationToken).ConfigureAwait(false) is { } signal)
            {
                if (InputOf(signal) is { } input)
                {
                    return input;
                }
            }

            return new BatchInput(BatchInputKind.Due, Now());
        }
        catch (OperationCanceledException)
        {
            return new BatchInput(BatchInputKind.Cancelled, Now());
        }
    }

    private BatchInput? InputOf(in BatchSignal signal)
    {
        switch (signal.Kind)
        {
            case BatchSignalKind.SessionLost:
                // What was kept is written to the next session. Of the batch itself the server knows no session.
                bool isLost = (_state.Phase == BatchPhase.Open ? _numbers.First : _numbers.Commit) < signal.KeptFrom;
                _last.Cause = isLost ? signal.Cause : _last.Cause;
                return isLost ? new BatchInput(BatchInputKind.SessionLost, Now()) : null;
            case BatchSignalKind.ConnectionEnded:
                _last.Cause = signal.Cause;
                return new BatchInput(BatchInputKind.ConnectionEnded, Now());
            case BatchSignalKind.Denied:
                string? subject = signal.Subject;
                bool isOurs = subject is null || subject == _commitSubject || _messages.Exists(message => message.Subject == subject);
                _last.Cause = isOurs ? signal.Cause : _last.Cause;
                if (subject is null)
                {
                    _link.Close(NatsSubEndReason.Exception); // subscribed anew by the next message
                }

                return isOurs ? new BatchInput(BatchInputKind.Denied, Now()) : null;
            default:
                if (BatchAnswer.Read(_reader, signal, Now()) is not { } answer)
                {
                    return null;
                }

                _last.Ack = answer.Ack ?? _last.Ack;
                _last.Error = answer.Ack?.Error ?? _last.Error;
                return answer.Input with { Random = parts.Port.Random.NextDouble() };
        }
    }

    private NatsJSBatchAck Stored(int count, in StreamView before)
    {
        PubAckResponse ack = _last.Ack is { Error: null } last ? last : new PubAckResponse { Stream = stream };
        if (ack.Batch is not null)
        {
            parts.Watch.Acked(parts.Watch.Entry(ack.Domain, ack.Stream ?? stream), ack.Seq, before);
        }

        return new NatsJSBatchAck { Stream = ack.Stream ?? stream, Domain = ack.Domain, Sequence = ack.Seq, Batch = ack.Batch ?? _lines.Id, Count = count, Attempts = Math.Max(1, _state.Round - _state.FirstCommitRound + 1) };
    }

    private Exception Failure(BatchOrder order, CancellationToken cancellationToken)
    {
        if (order is BatchOrder.RejectBroken or BatchOrder.RejectOver && _failure is not null)
        {
            return _failure;
        }

        Exception failure = BatchEnds.Of(order, _lines.Id, _last.Error, _last.Cause, cancellationToken);
        _failure = IsBroken || IsOver ? failure : _failure;
        if (order is BatchOrder.EndUnknown or BatchOrder.EndCancelledUnknown)
        {
            var report = new BatchReport(
                UncertainOperation.Batch, _messages.Count > 0 ? _messages[0].Subject : _commitSubject ?? "", stream, _messages.Count > 0 ? _messages[0].MsgId : null, _state.Round - _state.FirstCommitRound + 1);
            TimeSpan elapsed = Now() - (_state.FirstCommit ?? Now());
            parts.Port.Append(report.Event(UncertainResult.Unknown, elapsed));
            _isAwaited = true;
            new LateCommit(parts.Port, _link, report, _state).Start(elapsed);
        }

        return failure;
    }

    private BatchOrder Step(in BatchInput input) => BatchMachine.Step(ref _state, terms, input);

    private void EndCall()
    {
        if (IsOver)
        {
            Close();
        }

        _link.EndCall();
    }

    private void Close()
    {
        _messages.ForEach(static message => message.Return());
        _messages.Clear();
        _messages.TrimExcess();
        if (!_isAwaited)
        {
            _link.Close();
        }
    }

    private TimeSpan Now() => parts.Port.Time.GetElapsedTime(_epoch);

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
