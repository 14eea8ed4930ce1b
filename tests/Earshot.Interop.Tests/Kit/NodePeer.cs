using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Earshot.Interop.Tests.Kit;

/// <summary>
/// A process of Node.js with a connection of the other client, which executes one command per line of JSON and answers each with one line.
/// Contains no assertions.
/// </summary>
internal sealed class NodePeer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode?>> _pending = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly CancellationToken _cancel;
    private readonly Task _reading;
    private readonly Task<string> _errors;
    private int _number;

    private NodePeer(Process process, CancellationToken cancel)
    {
        (_process, _cancel) = (process, cancel);
        _errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        _reading = ReadAsync();
    }

    public static async Task<NodePeer> StartAsync(InteropServer server, CancellationToken cancel)
    {
        string folder = await server.Packages;
        var start = new ProcessStartInfo("node", [Path.Combine(folder, "peer.mjs"), (await server.Server).Url])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        var peer = new NodePeer(NodePackages.Start(start), cancel);
        await peer.AskAsync("hello");
        return peer;
    }

    /// <summary>Executes a command and returns its result.</summary>
    /// <param name="command">The name of a function in peer.mjs.</param>
    /// <param name="arguments">The arguments, as JSON.</param>
    /// <exception cref="NodePeerException">The command threw.</exception>
    public async Task<JsonNode?> AskAsync(string command, params JsonNode?[] arguments)
    {
        int id = Interlocked.Increment(ref _number);
        var answer = new TaskCompletionSource<JsonNode?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[id] = answer;
        var line = new JsonObject { ["id"] = id, ["command"] = command, ["arguments"] = new JsonArray(arguments) };
        await _writing.WaitAsync(_cancel);
        try
        {
            await _process.StandardInput.WriteLineAsync(line.ToJsonString().AsMemory(), _cancel);
            await _process.StandardInput.FlushAsync(_cancel);
        }
        finally
        {
            _writing.Release();
        }

        if (_reading.IsCompleted)
        {
            throw new NodePeerException($"The process has ended. {await _errors}");
        }

        return await answer.Task.WaitAsync(TimeSpan.FromSeconds(30), _cancel);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close(); // the script ends with its input
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync(CancellationToken.None) is { } text)
        {
            JsonNode line = JsonNode.Parse(text)!;
            if (_pending.TryRemove((int)line["id"]!, out TaskCompletionSource<JsonNode?>? answer))
            {
                if (line["error"] is { } error)
                {
                    answer.SetException(new NodePeerException((string)error!));
                }
                else
                {
                    answer.SetResult(line["result"]);
                }
            }
        }

        string errors = await _errors;
        foreach (TaskCompletionSource<JsonNode?> answer in _pending.Values)
        {
            answer.TrySetException(new NodePeerException($"The process has ended. {errors}"));
        }
    }
}
