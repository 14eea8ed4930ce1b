using System.Text;
using System.Text.Json.Nodes;
using Earshot.Cli.Output;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Watching;

/// <summary>
/// Events as the lines of a journal. With several connections each line has the member <c>connection</c> behind its kind; with one the
/// output is a journal as it is.
/// </summary>
internal sealed class JsonDisplay(WatchState state, ToolHost host) : IWatchDisplay
{
    private readonly Lock _lock = new();

    public void Show(int connection, NatsConnectionEvent e)
    {
        if (!state.Selection.Includes(e))
        {
            return;
        }

        using var bytes = new MemoryStream();
        Task written = NatsJournalExport.WriteAsync([e], bytes); // to memory: it is complete
        written.GetAwaiter().GetResult();
        string line = Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
        lock (_lock)
        {
            host.Out.Write(state.Labels.Count > 1 ? Named(line, state.Labels[connection]) : line);
            host.Out.Flush();
        }
    }

    public void Note(string what, string text) => host.Error.WriteLine($"{what}: {SafeText.Line(text)}");

    public Task RunAsync(CancellationToken stop) => Task.CompletedTask;

    private static string Named(string line, string label)
    {
        JsonObject json = JsonNode.Parse(line)!.AsObject();
        json.Insert(1, "connection", label);
        return json.ToJsonString() + "\n";
    }
}
