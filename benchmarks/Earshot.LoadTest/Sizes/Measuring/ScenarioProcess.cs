using System.Diagnostics;

namespace Earshot.LoadTest.Sizes;

/// <summary>This program, started again to measure one scenario, so that neither memory nor compiled code of one run counts in the next.</summary>
internal static class ScenarioProcess
{
    public static async Task<List<Figure>> RunAsync(string name, string natsServer)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Earshot.LoadTest.dll"));
        }

        foreach (string argument in (string[])["--scenario", name, natsServer])
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        var figures = new List<Figure>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Figure.FromLine(line) is { } figure)
            {
                figures.Add(figure);
            }
        }

        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? figures : throw new InvalidOperationException($"The scenario '{name}' ended with code {process.ExitCode}.");
    }
}
