using System.Net.Sockets;
using Earshot.LoadTest.Workloads;

namespace Earshot.LoadTest;

/// <summary>
/// The limit of the machine: a blocking socket in this process that writes frames encoded beforehand, only counts
/// received bytes, and exchanges one request or a whole batch of them. It implements no more of the protocol than that.
/// </summary>
internal sealed class RawLimit : IWorkloadClient
{
    public const string RawName = "raw";

    private const int BlockSize = 64 * 1024;

    private readonly byte[] _received = new byte[256 * 1024];
    private Socket[] _sockets = [];

    public string Name => RawName;

    private Socket Socket => _sockets is [var first, ..] ? first : throw new InvalidOperationException("Connect first.");

    public Task ConnectAsync(int port, int connections) =>
        OnOwnThread(() => _sockets = [.. Enumerable.Range(0, connections).Select(_ => Wire.Connect(port))]);

    public Task PublishAsync(PublishInput input, Progress progress) => OnOwnThread(() =>
    {
        byte[][] turn = [.. input.Frames()];
        byte[] block = Wire.Repeat([.. turn.SelectMany(static frame => frame)], BlockSize, out int turns);
        int frames = turns * turn.Length;
        while (!progress.IsStopped)
        {
            Wire.SendAll(Socket, block);
            progress.Add(frames);
        }
    });

    public Task FlushAsync() => OnOwnThread(() =>
    {
        Wire.SendAll(Socket, Wire.Ping);
        Wire.ReadPast(Socket, Wire.Pong, _received);
    });

    public Task ReceiveAsync(ReceiveInput input, Action subscribed, Progress progress) => OnOwnThread(() =>
    {
        int frameLength = Wire.Message(input.Subject, "1", input.Size, input.Headers).Length;
        Wire.SendAll(Socket, [.. Wire.Line($"SUB {input.Subject} 1"), .. Wire.Ping]);
        long bytes = Wire.ReadPast(Socket, Wire.Pong, _received);
        subscribed();

        // A large message has memory of its own size, as the message of any client has; a smaller buffer would stay in the processor's cache.
        byte[] buffer = new byte[Math.Max(_received.Length, frameLength)];
        for (int at = 0; !progress.IsStopped; at %= buffer.Length)
        {
            int received = Wire.Receive(Socket, frameLength > _received.Length ? buffer.AsSpan(at) : buffer);
            bytes += received;
            at += received;
            progress.Add((bytes / frameLength) - progress.Count);
        }
    });

    public Task RequestAsync(string subject, byte[] payload, int outstanding, Progress progress) =>
        OnOwnThread(() => new RawRequests(_sockets, subject, payload).Run(outstanding, progress));

    public ValueTask DisposeAsync()
    {
        Array.ForEach(_sockets, static socket => socket.Dispose());
        return ValueTask.CompletedTask;
    }

    private static Task OnOwnThread(Action blocking) =>
        Task.Factory.StartNew(blocking, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
