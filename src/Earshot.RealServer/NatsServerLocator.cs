using System.Diagnostics;

namespace Earshot.RealServer;

/// <summary>
/// Finds a nats-server binary: an environment variable, else the repository's eng/nats-server, else PATH. Looks once per
/// process and does not start anything but that script.
/// </summary>
internal static class NatsServerLocator
{
    private static readonly Lazy<Task<string>> s_newest = new(() => FindAsync("NATS_SERVER", []));
    private static readonly Lazy<Task<string>> s_oldest = new(() => FindAsync("NATS_SERVER_OLDEST", ["--oldest"]));

    /// <summary>The newest server there is.</summary>
    /// <exception cref="FileNotFoundException">There is none; the message describes how to get one.</exception>
    internal static Task<string> Newest => s_newest.Value;

    /// <summary>The oldest server the distribution offers, for smoke tests.</summary>
    /// <exception cref="FileNotFoundException">There is none; the message describes how to get one.</exception>
    internal static Task<string> Oldest => s_oldest.Value;

    private static async Task<string> FindAsync(string variable, string[] arguments)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given)
        {
            return File.Exists(given)
                ? given
                : throw new FileNotFoundException($"{variable} is set to '{given}', which does not exist.", given);
        }

        if (Script() is { } script)
        {
            return await RunAsync(script, arguments).ConfigureAwait(false);
        }

        return OnPath() ?? throw new FileNotFoundException(
            $"No nats-server found. Install it with your package manager, or set {variable} to the path of one.");
    }

    private static string? Script()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string script = Path.Combine(folder.FullName, "eng", "nats-server");
            if (File.Exists(script) && File.Exists(Path.Combine(folder.FullName, "Earshot.slnx")))
            {
                return OperatingSystem.IsWindows() ? null : script;
            }
        }

        return null;
    }

    private static async Task<string> RunAsync(string script, string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(script, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new FileNotFoundException($"'{script}' could not be started.", script);
        // Both pipes are read at the same time: a full one would block the script.
        Task<string> messages = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
        string explanation = await messages.ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        string path = output.TrimEnd().Split('\n')[^1];
        return process.ExitCode == 0 && path.Length > 0
            ? path
            : throw new FileNotFoundException($"eng/nats-server found no server:\n{explanation}");
    }

    private static string? OnPath() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "nats-server.exe" : "nats-server"))
            .FirstOrDefault(File.Exists);
}
