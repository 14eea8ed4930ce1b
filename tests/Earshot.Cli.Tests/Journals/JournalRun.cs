using Earshot.Cli.Shell;
using Xunit;

namespace Earshot.Cli.Tests.Journals;

/// <summary>Runs the tool in this process, in a folder of its own with the files of a test.</summary>
internal sealed class JournalRun : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("earshot-journals-").FullName;

    /// <summary>What the last command wrote.</summary>
    internal string Out { get; private set; } = "";

    internal string Error { get; private set; } = "";

    internal string[] Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    internal string PathOf(string name) => Path.Combine(_folder, name);

    internal string Write(string name, string text)
    {
        string path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    internal async Task<int> RunAsync(string[] args, string input = "")
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var reader = new StringReader(input);
        int code = await EarshotTool.RunAsync(args, new ToolHost { Out = output, Error = error, In = reader }, TestContext.Current.CancellationToken);
        (Out, Error) = (output.ToString(), error.ToString());
        return code;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
