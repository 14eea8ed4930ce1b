using System.Text.Json;
using Earshot.Cli.Shell;
using Earshot.Testing;
using Xunit;

namespace Earshot.Cli.Tests.Doctor;

/// <summary>Runs <c>earshot doctor</c> in this process. No output of any run may show a secret.</summary>
internal static class DoctorRig
{
    /// <summary>The mark of the tests' secrets, which <see cref="SecretScan"/> knows.</summary>
    internal const string Password = "c4n4ry-password";

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    /// <summary>The lines of the answer, its exit code and what was written to the error output.</summary>
    internal static async Task<(int Code, string Out, string Error)> RunAsync(params string[] args)
    {
        (int code, string output, string error) = await RunAsync(static host => host, args);
        return (code, output, error);
    }

    internal static async Task<(int Code, string Out, string Error)> RunAsync(Func<ToolHost, ToolHost> change, params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        ToolHost host = change(new ToolHost { Out = output, Error = error, In = TextReader.Null });
        int code = await EarshotTool.RunAsync(["doctor", "--silence", "0.05", .. args], host, TestContext.Current.CancellationToken).WaitAsync(s_limit);
        string all = output.ToString() + error;
        Assert.False(SecretScan.Find(all).Success, "The output shows a secret.");
        Assert.DoesNotContain(all, static letter => char.IsControl(letter) && letter != '\n');
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>Runs the command, and checks code, cause and advice: in the text and in JSON they are the same.</summary>
    internal static async Task<string> AssertAsync(int code, string cause, string advice, params string[] args)
    {
        (int textCode, string text, string error) = await RunAsync(args);
        Assert.True(textCode == code, text + error);
        Assert.Empty(error);
        string[] lines = text.TrimEnd('\n').Split('\n');
        Assert.Equal($"Exit code {code}, cause: {cause}", lines[^1]);
        Assert.Contains(advice, lines[^2], StringComparison.Ordinal);
        Assert.StartsWith("What to do: ", lines[^2], StringComparison.Ordinal);
        return text;
    }

    /// <summary>Runs the command with <c>--json</c>: the steps and then the verdict.</summary>
    internal static async Task<(int Code, JsonElement[] Steps, JsonElement Verdict)> JsonAsync(params string[] args)
    {
        (int code, string text, string error) = await RunAsync([.. args, "--json"]);
        Assert.Empty(error);
        JsonElement[] all = [.. text.TrimEnd('\n').Split('\n').Select(static line => JsonDocument.Parse(line).RootElement)];
        Assert.All(all[..^1], static step => Assert.Equal("step", step.GetProperty("type").GetString()));
        Assert.Equal("verdict", all[^1].GetProperty("type").GetString());
        Assert.Equal(code, all[^1].GetProperty("exitCode").GetInt32());
        return (code, all[..^1], all[^1]);
    }

    /// <summary>The step of a name.</summary>
    internal static JsonElement Step(this JsonElement[] steps, string name) =>
        Assert.Single(steps, step => step.GetProperty("name").GetString() == name);
}
