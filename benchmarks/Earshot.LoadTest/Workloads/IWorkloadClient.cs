namespace Earshot.LoadTest.Workloads;

/// <summary>How a subscription is read.</summary>
internal enum ReceiveForm
{
    /// <summary>As <c>byte[]</c>, by a client that is set to lose nothing.</summary>
    Bytes,

    /// <summary>As pooled memory that is given back after each message, by a client that is set to lose nothing.</summary>
    Owner,

    /// <summary>As <c>byte[]</c>, with the limits a client has when nobody sets any.</summary>
    Defaults,
}

/// <summary>
/// What a workload asks of a client: one connection on which it does one thing, counting every message, until it is told
/// to stop. The loop is the client's own, so that nothing stands between it and its messages.
/// </summary>
internal interface IWorkloadClient : IAsyncDisposable
{
    string Name { get; }

    Task ConnectAsync(int port);

    /// <summary>Publishes the payload over and over, from so many tasks at once, until the progress is stopped.</summary>
    Task PublishAsync(string subject, byte[] payload, int tasks, Progress progress);

    /// <summary>Returns when the other side has processed all that was published.</summary>
    Task FlushAsync();

    /// <summary>
    /// Subscribes, calls <paramref name="subscribed"/> once the other side knows, and counts what comes until the progress
    /// is stopped.
    /// </summary>
    Task ReceiveAsync(string subject, int size, ReceiveForm form, Action subscribed, Progress progress);

    /// <summary>Keeps this number of requests in flight until the progress is stopped.</summary>
    Task RequestAsync(string subject, byte[] payload, int outstanding, Progress progress);
}
