namespace Earshot.LoadTest.Workloads;

/// <summary>How a subscription is read.</summary>
internal enum ReceiveForm
{
    /// <summary>As <c>byte[]</c>, by a client that is set to lose nothing.</summary>
    Bytes,

    /// <summary>As pooled memory that is given back after each message, by a client that is set to lose nothing.</summary>
    Owner,

    /// <summary>As <c>byte[]</c>, with the default limits of a client.</summary>
    Defaults,
}

/// <summary>
/// The operations that a workload requires of a client: a connection that performs one operation and counts every message until
/// it is stopped. The client implements the loop, so that no abstraction is measured with it.
/// </summary>
internal interface IWorkloadClient : IAsyncDisposable
{
    string Name { get; }

    /// <summary>Opens the connections, which take turns with requests; all else uses the first one.</summary>
    Task ConnectAsync(int port, int connections = 1);

    /// <summary>Publishes the input repeatedly, with as many concurrent tasks as it says, until the progress is stopped.</summary>
    Task PublishAsync(PublishInput input, Progress progress);

    /// <summary>Returns when the other side has processed all that was published.</summary>
    Task FlushAsync();

    /// <summary>
    /// Subscribes, calls <paramref name="subscribed"/> once the server has confirmed it, and counts messages until the progress
    /// is stopped.
    /// </summary>
    Task ReceiveAsync(ReceiveInput input, Action subscribed, Progress progress);

    /// <summary>Keeps this number of requests in flight, over all connections in turn, until the progress is stopped.</summary>
    Task RequestAsync(string subject, byte[] payload, int outstanding, Progress progress);
}
