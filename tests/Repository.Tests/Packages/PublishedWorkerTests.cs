using System.Diagnostics;
using Earshot;
using Earshot.RealServer;
using Repository.Tests.Rules;
using Xunit;

namespace Repository.Tests.Packages;

/// <summary>The worker of the samples, published trimmed or AOT-compiled, has no warnings, answers on a real server, and drains when it is stopped.</summary>
public sealed class PublishedWorkerTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [Trait("Duration", "Long")]
    [InlineData("PublishTrimmed")]
    [InlineData("PublishAot")]
    public async Task Published_worker_connects_answers_and_drains(string property)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("earshot-worker-");
        try
        {
            string output = Path.Combine(folder.FullName, "app");
            string published = await DotnetCommand.RunAsync(
                RepositoryFiles.Root,
                [
                    "publish", "samples/worker", "-c", "Release", "-r", System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier, "--self-contained", "-o", output,
                    "--artifacts-path", Path.Combine(folder.FullName, "build"), $"-p:{property}=true", "-p:TrimmerSingleWarn=false", .. PublishTests.Linker, "-v", "q", "--nologo",
                ]);
            Assert.DoesNotContain("warning", published, StringComparison.OrdinalIgnoreCase);
            await using NatsServerProcess server = await NatsServerProcess.StartAsync(cancellationToken: Cancel);
            await AnswersAsync(Path.Combine(output, "worker"), server.Url);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task AnswersAsync(string program, string url)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true };
        start.Environment["ConnectionStrings__nats"] = url;
        using Process worker = Process.Start(start)!;
        using CancellationTokenRegistration kill = Cancel.Register(() => worker.Kill(entireProcessTree: true));
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<string> printed = ReadAsync(worker.StandardOutput, ready);
        await ready.Task.WaitAsync(s_limit, Cancel);
        await using var client = new NatsConnection(new NatsOpts { Url = url });
        Assert.Equal("order 1 taken", (await client.RequestAsync<string, string>("orders.new", "tea", cancellationToken: Cancel)).Data);
        ServerSignals.Send(worker, ServerSignal.Terminate);
        await worker.WaitForExitAsync(Cancel).WaitAsync(s_limit, Cancel);
        Assert.Equal(0, worker.ExitCode);
        Assert.Contains("drained at shutdown in ", await printed, StringComparison.Ordinal);
    }

    private static async Task<string> ReadAsync(StreamReader output, TaskCompletionSource ready)
    {
        var all = new System.Text.StringBuilder();
        while (await output.ReadLineAsync(Cancel) is { } line)
        {
            all.AppendLine(line);
            if (line.Contains("subscriber of orders.* (queue workers) is subscribed", StringComparison.Ordinal))
            {
                ready.TrySetResult();
            }
        }

        return all.ToString();
    }
}
