using System.Text;
using Earshot.Outbound;
using Earshot.Protocol;
using Earshot.Subscriptions;

namespace Earshot.Sessions;

/// <summary>One switch over what the server may say. Runs on the read loop: it never waits and never runs user code.</summary>
internal sealed class OperationDispatcher(Session session, SessionParts parts, ISessionSink sink)
{
    private static readonly TimeSpan s_warningInterval = TimeSpan.FromSeconds(1);

    private long _messages;
    private int _malformedInfos; // since the last warning
    private long _warnedAt;
    private bool _isPongPending;

    /// <summary>The last -ERR of the session, in case it is the reason of its end.</summary>
    public NatsServerError? LastError { get; private set; }

    public long LastErrorAt { get; private set; }

    /// <summary>Made with the first message.</summary>
    public InboundBatch? Batch { get; private set; }

    public void Dispatch(in ServerOperation operation)
    {
        switch (operation.Kind)
        {
            case ServerOperationKind.Message:
                _messages++;
                if (parts.Subscriptions.Find(operation.Sid) is { } target)
                {
                    target.Receive(operation, Batch ??= new InboundBatch());
                }
                else
                {
                    parts.Counters.AddUnknownSid();
                }

                break;
            case ServerOperationKind.Ping:
                _isPongPending = true;
                break;
            case ServerOperationKind.Pong:
                if (parts.Pings.PongArrived() is { } roundTrip)
                {
                    session.PongArrived(roundTrip);
                }

                break;
            case ServerOperationKind.Info:
                DispatchInfo(operation.Text);
                break;
            case ServerOperationKind.Error:
                LastError = ServerErrorReader.Parse(Encoding.UTF8.GetString(operation.Text));
                LastErrorAt = parts.Time.GetTimestamp();
                LastError = session.Secrets?.Hide(LastError) ?? LastError;
                if (LastError.Code == NatsServerErrorCode.MaximumSubscriptionsExceeded)
                {
                    parts.Pings.CountRefusal();
                }

                sink.ServerErrorArrived(session, LastError);
                break;
            default:
                break;
        }
    }

    /// <summary>A received buffer is parsed: wakes the readers, and answers however many PINGs were in it with one PONG.</summary>
    public void EndOfBatch()
    {
        parts.Counters.AddMessages(_messages);
        _messages = 0;
        Batch?.WakeAll();
        if (!_isPongPending)
        {
            return;
        }

        _isPongPending = false;
        IFlusher? start;
        using (parts.Outbound.Gate.EnterScope())
        {
            if (!parts.Outbound.IsAttached)
            {
                return;
            }

            ReadOnlySpan<byte> pong = ClientOperationWriter.Pong;
            pong.CopyTo(parts.Outbound.ReserveLocked(pong.Length));
            start = parts.Outbound.CommitLocked(pong.Length);
        }

        parts.Outbound.Start(start, inline: false);
    }

    private void DispatchInfo(ReadOnlySpan<byte> json)
    {
        try
        {
            NatsServerInfo info = ServerInfoReader.Parse(json);
            sink.InfoArrived(session, session.Secrets?.Hide(info) ?? info);
        }
        catch (NatsProtocolViolationException e)
        {
            // The last good INFO stays; a server that garbles one is no reason to lose the connection.
            WarnOfInfo(e);
        }
    }

    // At most once a second, so that a server that sends nothing else does not fill the journal.
    private void WarnOfInfo(NatsProtocolViolationException e)
    {
        _malformedInfos++;
        if (_warnedAt != 0 && parts.Time.GetElapsedTime(_warnedAt) < s_warningInterval)
        {
            return;
        }

        string text = $"The server sent a malformed INFO: {session.Secrets?.Hide(e.Message) ?? e.Message}";
        parts.Journal.Append(new NatsConfigurationWarningEvent { Code = "MalformedInfo", Text = text, RepeatCount = _malformedInfos });
        (_malformedInfos, _warnedAt) = (0, parts.Time.GetTimestamp());
    }
}
