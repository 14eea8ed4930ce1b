namespace Earshot.Server.JetStream;

/// <summary>What a stream knows of its consumers.</summary>
internal interface IStreamReader
{
    /// <summary>A message was stored.</summary>
    void Stored(StoredMessage message);

    /// <summary>A message was removed: by a limit, a purge, its expiry, or an ack.</summary>
    void Removed(StoredMessage message);

    /// <summary>Messages were removed together.</summary>
    /// <param name="filter">What was removed.</param>
    /// <param name="first">The first sequence of the stream now.</param>
    /// <param name="selected">The first message that the filter still selects; 0: none.</param>
    void Purged(SubjectFilter filter, ulong first, ulong selected);

    /// <summary>The stream has lost its last messages: this sequence is the last one now.</summary>
    void FellBack(ulong last);

    /// <summary>Whether the consumer selects messages of this subject.</summary>
    bool Selects(ReadOnlySpan<byte> subject);

    /// <summary>Whether the consumer has still to deliver the message, or to get its ack.</summary>
    bool Needs(StoredMessage message);

    /// <summary>Delivers what can be delivered.</summary>
    void Pump();
}
