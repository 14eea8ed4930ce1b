namespace Earshot.LoadTest.Streams;

/// <summary>
/// What a workload asks of a client of JetStream: one connection on which it does one thing, counting every message, until the progress is
/// stopped. The loop is the client's own, so that nothing stands between it and its messages.
/// </summary>
internal interface IStreamClient : IAsyncDisposable
{
    string Name { get; }

    Task ConnectAsync(int port);

    /// <summary>Publishes the payload with at most <paramref name="window"/> messages without an acknowledgement; a message counts with its acknowledgement.</summary>
    Task PublishAsync(byte[] payload, int window, Progress progress);

    /// <summary>
    /// Reads the stream from its beginning with a new consumer, and acknowledges each message. Starts again with another consumer when all
    /// <paramref name="messages"/> of the stream were read.
    /// </summary>
    Task ConsumeAsync(int size, int messages, bool pooled, Progress progress);

    /// <summary>Reads the stream with one pull request for each message.</summary>
    Task NextAsync(int size, Progress progress);

    /// <summary>Writes one key of the bucket again and again, with a message id for each write, and waits for each acknowledgement.</summary>
    Task PutAsync(byte[] payload, Progress progress);

    /// <summary>Reads one key of the bucket again and again.</summary>
    Task GetAsync(int size, Progress progress);

    /// <summary>
    /// Reads all entries of the bucket in order, with a new consumer, as a watch does. Starts again with another one when all
    /// <paramref name="messages"/> of the bucket were read.
    /// </summary>
    Task WatchAsync(int size, int messages, Progress progress);

    /// <summary>Writes objects of this size, each in place of the one before it. What counts is not messages but the MiB of whole objects.</summary>
    Task PutObjectsAsync(int size, Progress progress);

    /// <summary>Reads an object of this size again and again. What counts is not messages but the MiB of whole objects.</summary>
    Task GetObjectsAsync(int size, Progress progress);
}
