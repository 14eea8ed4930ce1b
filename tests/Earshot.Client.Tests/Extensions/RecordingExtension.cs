using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using Earshot.Subscriptions;

namespace Earshot.Client.Tests.Extensions;

/// <summary>A session extension that writes one frame at each start of a session and records its calls. Contains no assertions.</summary>
internal sealed class RecordingExtension(string frame = "") : ISessionExtension
{
    public ConcurrentQueue<string> Calls { get; } = [];

    public List<(long KeptFrom, NatsConnectionLostException Exception)> Lost { get; } = [];

    /// <summary>Thrown by each call, when set.</summary>
    public Exception? Fault { get; set; }

    /// <summary>Run when the connection ends.</summary>
    public Action<Exception>? OnEnded { get; set; }

    /// <summary>What a drain waits for.</summary>
    public Task Drained { get; set; } = Task.CompletedTask;

    public void WriteAtStartLocked(IBufferWriter<byte> writer)
    {
        Calls.Enqueue("start");
        writer.Write(Encoding.ASCII.GetBytes(frame));
        ThrowIfFaulty();
    }

    public void SessionLost(long keptFrom, NatsConnectionLostException exception)
    {
        Calls.Enqueue("lost");
        lock (Lost)
        {
            Lost.Add((keptFrom, exception));
        }

        WasLost.TrySetResult();
        ThrowIfFaulty();
    }

    /// <summary>Completes when a session was lost, which is shortly after its event.</summary>
    public TaskCompletionSource WasLost { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The first error that the server refused something with.</summary>
    public TaskCompletionSource<(NatsServerError Error, Exception Exception)> WasRefused { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Refused(NatsServerError error, Exception exception) => WasRefused.TrySetResult((error, exception));

    public void ConnectionEnded(Exception exception)
    {
        Calls.Enqueue("ended");
        OnEnded?.Invoke(exception);
        ThrowIfFaulty();
    }

    public Task DrainAsync(TimeSpan timeout)
    {
        Calls.Enqueue("drain");
        ThrowIfFaulty();
        return Drained;
    }

    private void ThrowIfFaulty()
    {
        if (Fault is not null)
        {
            throw Fault;
        }
    }
}
