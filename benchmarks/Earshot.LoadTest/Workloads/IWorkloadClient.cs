namespace Earshot.LoadTest.Workloads;

/// <summary>
/// What a workload asks of a client: one connection on which it does one thing, counting every message, until it is told
/// to stop. The loop is the client's own, so that nothing stands between it and its messages.
/// </summary>
internal interface IWorkloadClient : IAsyncDisposable
{
    string Name { get; }

    Task ConnectAsync(int port);

    /// <summary>Publishes the payload over and over until the progress is stopped.</summary>
    Task PublishAsync(string subject, byte[] payload, Progress progress);

    /// <summary>Returns when the other side has processed all that was published.</summary>
    Task FlushAsync();

    /// <summary>
    /// Subscribes, calls <paramref name="subscribed"/> once the other side knows, and counts what comes until the progress
    /// is stopped.
    /// </summary>
    Task ReceiveAsync(string subject, int size, Action subscribed, Progress progress);

    /// <summary>Keeps so many requests under way until the progress is stopped.</summary>
    Task RequestAsync(string subject, byte[] payload, int outstanding, Progress progress);
}
