using Earshot.Connections;

namespace Earshot.Services.Endpoints;

/// <summary>
/// One of the readers of an endpoint, which processes one request at a time. It is known to the handler, and to all code that the handler
/// starts: a handler that stops its own service, removes its own endpoint or drains its own connection must not wait for itself.
/// </summary>
internal sealed class RequestReader(RunningService service) : RunningHandler(service.Connection)
{
    private TaskCompletionSource _waits = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isProcessing;

    /// <summary>Completes when this reader processes nothing and reads nothing more.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>Completes when this reader has ended, or its handler itself waits for the end of an endpoint.</summary>
    public Task EndedOrWaits => Task.WhenAny(Ended, Volatile.Read(ref _waits).Task);

    /// <summary>The reader in whose handler the caller runs; null: the caller is not part of a handler of the service.</summary>
    public static RequestReader? CurrentOf(RunningService service) =>
        Current is RequestReader current && current.IsProcessingFor(service) ? current : null;

    protected override bool IsProcessing => Volatile.Read(ref _isProcessing);

    /// <summary>Starts to read. The reading runs on the thread pool.</summary>
    public void Start(Func<RequestReader, Task> read) => Ended = RunAsync(read);

    /// <summary>The next request is processed from now on.</summary>
    public void Begin()
    {
        if (_waits.Task.IsCompleted)
        {
            Volatile.Write(ref _waits, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        Volatile.Write(ref _isProcessing, true);
    }

    /// <summary>The request has been processed.</summary>
    public void End() => Volatile.Write(ref _isProcessing, false);

    /// <summary>The handler waits for the end of an endpoint: no other handler must wait for this one.</summary>
    public void BeginWait() => Volatile.Read(ref _waits).TrySetResult();

    private bool IsProcessingFor(RunningService ofService) => service == ofService && IsProcessing;

    // Set once for all requests of the reader: a value for each request would be an allocation for each request.
    private async Task RunAsync(Func<RequestReader, Task> read)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // not in the context of the caller
        Enter();
        await read(this).ConfigureAwait(false);
    }
}
