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
/// The operations that a workload requires of a client: one connection that performs one operation and counts every message until
/// it is stopped. The client implements the loop, so that no abstraction is measured with it.
/// </summary>
internal interface IWorkloadClient : IAsyncDisposable
{
    string Name { get; }

    Task ConnectAsync(int port);

    /// <summary>Publishes the payload repeatedly, with <paramref name="tasks"/> concurrent tasks, until the progress is stopped.</summary>
    Task PublishAsync(string subject, byte[] payload, int tasks, Progress progress);

    /// <summary>Returns when the other side has processed all that was published.</summary>
    Task FlushAsync();

    /// <summary>
    /// Subscribes, calls <paramref name="subscribed"/> once the server has confirmed it, and counts messages until the progress
    /// is stopped.
    /// </summary>
    Task ReceiveAsync(string subject, int size, ReceiveForm form, Action subscribed, Progress progress);

    /// <summary>Keeps this number of requests in flight until the progress is stopped.</summary>
    Task RequestAsync(string subject, byte[] payload, int outstanding, Progress progress);
}
