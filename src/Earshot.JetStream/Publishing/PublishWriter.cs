using Earshot.Connections;
using Earshot.Outbound;

namespace Earshot.JetStream.Publishing;

/// <summary>Writes publishes to the outbound buffer: waits for space, and connects a connection that was never connected.</summary>
internal sealed class PublishWriter(ConnectionPort port, SlotInbox<PublishWaiter> inbox, PublishEngine engine)
{
    /// <summary>Writes a publish to the outbound buffer and reports the result to the engine.</summary>
    public void Write(PublishWaiter waiter, uint generation, bool isGranted)
    {
        AppendResult result;
        long number;
        try
        {
            result = TryWrite(waiter, generation, isGranted, out number);
        }
        catch (Exception e)
        {
            engine.Take(waiter, generation, PublishInputKind.CannotWrite, null, e);
            return;
        }

        switch (result)
        {
            case AppendResult.Appended:
                engine.Written(waiter, generation, number);
                break;
            case AppendResult.NoSession:
                engine.Take(waiter, generation, PublishInputKind.NoSession);
                if (port.Connection.ConnectionState == NatsConnectionState.Closed)
                {
                    _ = ConnectAsync();
                }

                break;
            case AppendResult.MustWait:
                engine.Take(waiter, generation, PublishInputKind.NoRoom);
                break;
            case AppendResult.Closed:
                engine.Take(waiter, generation, PublishInputKind.CannotWrite, null, port.Closed(NatsOutcome.NotSent));
                break;
            default:
                engine.Take(waiter, generation, PublishInputKind.CannotWrite, null, new NatsPublishBufferException("The outbound buffer is full."));
                break;
        }
    }

    private AppendResult TryWrite(PublishWaiter waiter, uint generation, bool isGranted, out long number)
    {
        number = long.MaxValue;
        if (port.IsHoldingRequests)
        {
            return AppendResult.NoSession;
        }

        PublishMessage message = waiter.Message;
        Span<byte> replyTo = stackalloc byte[inbox.MaxInbox];
        var outgoing = new OutgoingMessage
        {
            Subject = message.Subject,
            ReplyInbox = replyTo[..inbox.WriteInbox(replyTo, waiter.Token(generation))],
            Headers = message.Headers,
            HeaderLines = message.HeaderLines,
            HeadersLength = message.MeasureHeaders(),
            Payload = message.Payload.Memory.Span,
            IsGranted = isGranted,
        };
        waiter.PublishNumber = long.MaxValue;
        AppendResult result = port.TryPublish(outgoing, needsSession: true, out number);
        if (result == AppendResult.Appended)
        {
            (waiter.PublishNumber, waiter.Session) = (number, port.SessionId);
        }

        return result;
    }

    /// <summary>Waits for space in the outbound buffer, after all earlier publishes that wait.</summary>
    public async Task WaitForTurnAsync(PublishWaiter waiter, uint generation)
    {
        TimeSpan left = waiter.Due().Due - engine.Now();
        int size = waiter.Message.MeasureHeaders() + waiter.Message.Payload.Memory.Length;
        AppendResult turn = await port.WaitForTurnAsync(size, left > TimeSpan.Zero ? left : TimeSpan.Zero, default).ConfigureAwait(false);
        switch (turn)
        {
            case AppendResult.Appended:
                engine.Take(waiter, generation, PublishInputKind.TurnCame); // writes it, unless the publish has ended meanwhile
                port.EndTurn();
                break;
            case AppendResult.NoSession:
                engine.Take(waiter, generation, PublishInputKind.NoSession);
                break;
            case AppendResult.Closed:
                engine.Take(waiter, generation, PublishInputKind.CannotWrite, null, port.Closed(NatsOutcome.NotSent));
                break;
            default:
                engine.Take(waiter, generation, PublishInputKind.CannotWrite);
                break;
        }
    }

    // A connection that was never connected connects with its first publish; a failure ends the publishes.
    private async Task ConnectAsync()
    {
        try
        {
            await port.EnsureConnectedAsync(default).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException)
        {
            engine.FailAll(e);
        }
    }
}
