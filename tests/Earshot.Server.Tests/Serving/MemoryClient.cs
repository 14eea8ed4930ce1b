using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Xunit;

namespace Earshot.Server.Tests.Serving;

/// <summary>A client that is nothing but bytes over an in-memory pipe.</summary>
internal sealed class MemoryClient
{
    internal const string Connect = "CONNECT {\"verbose\":false,\"protocol\":1,\"headers\":true,\"no_responders\":true,\"pedantic\":false,\"name\":\"m\"}\r\n";

    private readonly IDuplexPipe _pipe;
    private readonly StringBuilder _heard = new();

    private MemoryClient(IDuplexPipe pipe) => _pipe = pipe;

    internal bool IsEnded { get; private set; }

    internal Exception? Failure { get; private set; }

    /// <summary>Has connected and taken both INFO lines.</summary>
    internal static async Task<MemoryClient> ConnectAsync(NatsTestServer server, string connect = Connect)
    {
        MemoryClient client = await OpenAsync(server);
        await client.SendAsync(connect + "PING\r\n");
        await client.UntilAsync("PONG\r\n");
        if (connect == Connect)
        {
            await client.UntilAsync("INFO ");
            await client.UntilAsync(" \r\n");
        }

        return client;
    }

    /// <summary>Has taken the first INFO.</summary>
    internal static async Task<MemoryClient> OpenAsync(NatsTestServer server)
    {
        var client = new MemoryClient(await server.ConnectInMemoryAsync(TestContext.Current.CancellationToken));
        await client.UntilAsync(" \r\n");
        return client;
    }

    internal Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    internal async Task SendAsync(ReadOnlyMemory<byte> bytes) => await _pipe.Output.WriteAsync(bytes, TestContext.Current.CancellationToken);

    /// <summary>Sends, and returns the bytes received until the PONG of a PING behind it, without that PONG.</summary>
    internal async Task<string> AskAsync(string text)
    {
        await SendAsync(text + "PING\r\n");
        return (await UntilAsync("PONG\r\n"))[..^6];
    }

    /// <summary>Takes what comes up to and with this text.</summary>
    internal async Task<string> UntilAsync(string end)
    {
        while (true)
        {
            string received = _heard.ToString();
            int at = received.IndexOf(end, StringComparison.Ordinal);
            if (at >= 0)
            {
                _heard.Remove(0, at + end.Length);
                return received[..(at + end.Length)];
            }

            Assert.False(IsEnded, $"The connection ended; received: {received}");
            await ReadAsync();
        }
    }

    /// <summary>Everything up to the end of the connection.</summary>
    internal async Task<string> UntilEndAsync()
    {
        while (!IsEnded)
        {
            await ReadAsync();
        }

        string received = _heard.ToString();
        _heard.Clear();
        return received;
    }

    internal ValueTask CloseAsync() => _pipe.Output.CompleteAsync();

    /// <summary>Completes when the server has at most <paramref name="count"/> clients.</summary>
    internal static async Task WaitForOpenAsync(NatsTestServer server, int count)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Check()
        {
            if (server.Clients.Count <= count)
            {
                reached.TrySetResult();
            }
        }

        server.State.Clients.Changed += Check;
        Check();
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        server.State.Clients.Changed -= Check;
    }

    /// <summary>Whether nothing can be read now.</summary>
    internal bool HasNothing()
    {
        if (!_pipe.Input.TryRead(out ReadResult result))
        {
            return _heard.Length == 0;
        }

        _pipe.Input.AdvanceTo(result.Buffer.Start);
        return false;
    }

    /// <summary>Takes what is there and waits for nothing.</summary>
    internal string TakeAll()
    {
        if (_pipe.Input.TryRead(out ReadResult result))
        {
            _heard.Append(Encoding.Latin1.GetString(result.Buffer.ToArray()));
            IsEnded = result.IsCompleted;
            _pipe.Input.AdvanceTo(result.Buffer.End);
        }

        string received = _heard.ToString();
        _heard.Clear();
        return received;
    }

    private async Task ReadAsync()
    {
        try
        {
            ReadResult result = await _pipe.Input.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            _heard.Append(Encoding.Latin1.GetString(result.Buffer.ToArray()));
            IsEnded = result.IsCompleted;
            _pipe.Input.AdvanceTo(result.Buffer.End);
        }
        catch (IOException exception)
        {
            Failure = exception;
            IsEnded = true;
        }
    }
}
