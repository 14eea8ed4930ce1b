using System.ComponentModel;
using System.Diagnostics;
using Earshot.JetStream.Tests.Kit;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Publishing;

/// <summary>A server whose disk is really full does not answer publishes: silence, and no error.</summary>
[OnlyReal(Because.ItNeedsAServerProcess)]
public sealed class FullDiskTests
{
    private static readonly NatsJSPubOpts s_short = new() { Timeout = TimeSpan.FromSeconds(2) };

    [Fact]
    public async Task Full_disk_is_unknown_not_rejected()
    {
        string mount = Directory.CreateTempSubdirectory("earshot-disk-").FullName;
        try
        {
            if (!await MayMountAsync(mount))
            {
                await SilenceAsync();
                return;
            }

            await using var time = new HeldTime(); // no ack is late before the disk is full
            await using NatsServerProcess server = await StartOnSmallDiskAsync(mount);
            await using JetStreamRig rig = await JetStreamRig.ConnectAsync(server, opts: new NatsOpts { TimeProvider = time, PingInterval = TimeSpan.FromHours(1) });
            using IDisposable end = time.PassesAtTheEnd();
            INatsJSStream stream = await rig.Context.CreateStreamAsync(new StreamConfig(rig.Name, [$"{rig.Name}.>"]), rig.Cancel);
            Task full = server.Log.WaitForAsync("no space left", cancellationToken: rig.Cancel);
            byte[] payload = new byte[64 * 1024];
            int stored = 0;
            NatsJSPublishUnknownException? unknown = null;
            while (unknown is null)
            {
                try
                {
                    Task<PubAckResponse> publish = rig.Context.PublishAsync($"{rig.Name}.a", payload, opts: s_short, cancellationToken: rig.Cancel).AsTask();
                    if (await Task.WhenAny(publish, full) == full)
                    {
                        await full;
                        await time.PassUntilAsync(() => publish.IsCompleted, rig.Cancel);
                    }

                    await publish;
                    stored++;
                }
                catch (NatsJSPublishUnknownException e)
                {
                    unknown = e;
                }
            }

            Task<NatsUncertainOutcomeEvent> reported = rig.Connection.Events.WhenAsync<NatsUncertainOutcomeEvent>(after: 0, rig.Cancel);
            await time.PassUntilAsync(() => reported.IsCompleted, rig.Cancel);
            NatsUncertainOutcomeEvent told = await reported;
            await stream.RefreshAsync(rig.Cancel);

            Assert.Equal((NatsOutcome.Unknown, UncertainResult.Unknown, 1L), (unknown.Outcome, told.Result, told.Count));
            Assert.Equal((ulong)stored, stream.Info.State.LastSeq);
            Assert.InRange(stored, 1, 200);
        }
        finally
        {
            Directory.Delete(mount, recursive: true);
        }
    }

    // Where the system lets nobody mount a disk: a stream that falls silent, which is what such a server looks like.
    private static async Task SilenceAsync()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await using ScriptedStream stream = await ScriptedStream.StartAsync(server.Url, "s.>", TestContext.Current.CancellationToken);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        var context = new NatsJSContext(connection);
        stream.Answer = message => message.Data == "1" ? ScriptedStream.Ack(1) : null;
        await context.PublishAsync("s.a", "1", cancellationToken: TestContext.Current.CancellationToken);

        NatsJSPublishUnknownException unknown = await Assert.ThrowsAsync<NatsJSPublishUnknownException>(async () =>
            await context.PublishAsync("s.a", "2", opts: s_short, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(NatsOutcome.Unknown, unknown.Outcome);
    }

    private static async Task<bool> MayMountAsync(string folder)
    {
        try
        {
            using var process = Process.Start("unshare", ["-r", "-m", "mount", "-t", "tmpfs", "tmpfs", folder]);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false; // no such program
        }
    }

    // A namespace of mounts of its own: the disk is gone with the server. Root, or a system that lets users have namespaces, can do that.
    private static async Task<NatsServerProcess> StartOnSmallDiskAsync(string mount)
    {
        string binary = await NatsServerLocator.Newest;
        string script = Path.Combine(mount, "server.sh");
        string disk = Path.Combine(mount, "disk");
        Directory.CreateDirectory(disk);
        await File.WriteAllTextAsync(script, $"#!/bin/sh\nexec unshare -r -m sh -c 'mount -t tmpfs -o size=4m tmpfs \"{disk}\" && exec \"{binary}\" \"$@\"' sh \"$@\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return await NatsServerProcess.StartAsync(
            new NatsServerSetup { Binary = script, Config = $"jetstream {{ store_dir: \"{disk}\", max_file_store: 1GB }}\n" }, TestContext.Current.CancellationToken);
    }
}
