namespace Earshot.JetStream.Consuming;

/// <summary>
/// Holds the flow control request of a push consumer until the application has processed all messages that were received before it. The
/// server has one request at a time; heartbeats repeat its subject while it is not answered. A session that has ended takes its request
/// with it: the next session is asked again by a heartbeat. Protocol: ADR-9, ADR-15.
/// </summary>
internal sealed class FlowGate
{
    private byte[]? _subject;
    private FlowControlSource _source;
    private long _position;
    private long _since;

    /// <summary>Whether a request waits for the application.</summary>
    public bool IsHeld => _subject is not null;

    /// <summary>The number of processed messages with which the request is answered; <see cref="long.MaxValue"/> when there is none.</summary>
    public long ReleaseAt => _subject is null ? long.MaxValue : _position;

    /// <summary>Processes a request, or a heartbeat that repeats it.</summary>
    /// <param name="subject">The subject of the answer.</param>
    /// <param name="source">The kind of message that contained it.</param>
    /// <param name="received">The number of messages that were received before it.</param>
    /// <param name="now">The present time.</param>
    public void Ask(byte[] subject, FlowControlSource source, long received, long now)
    {
        if (_subject is { } held && held.AsSpan().SequenceEqual(subject))
        {
            return; // repeated; what came after the first request does not stand in front of it
        }

        (_subject, _source, _position, _since) = (subject, source, received, now);
    }

    /// <summary>Returns the answer when the application has processed the messages in front of the request.</summary>
    public bool TryRelease(long processed, long now, out FlowAnswer answer)
    {
        answer = default;
        if (_subject is not { } subject || processed < _position)
        {
            return false;
        }

        answer = new FlowAnswer(subject, _source, now - _since);
        _subject = null;
        return true;
    }

    /// <summary>Takes back an answer that could not be written, unless the server has asked with another subject since.</summary>
    public void Return(in FlowAnswer answer, long processed, long now)
    {
        if (_subject is null)
        {
            (_subject, _source, _position, _since) = (answer.Subject, answer.Source, processed, now - answer.Held);
        }
    }

    /// <summary>Drops the request: it is not answered any more.</summary>
    public void Clear() => _subject = null;
}
