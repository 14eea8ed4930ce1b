namespace Earshot.Server.JetStream;

/// <summary>Is notified of the messages of a stream, in addition to its consumers.</summary>
internal interface IStreamObserver
{
    /// <summary>A message was stored.</summary>
    void Stored(StoredMessage message);

    /// <summary>A message was removed.</summary>
    void Removed(StoredMessage message);
}
