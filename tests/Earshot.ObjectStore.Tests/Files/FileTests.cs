using Earshot.JetStream.Tests.Kit;
using Earshot.ObjectStore.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.ObjectStore.Tests.Files;

/// <summary>Objects from files and into files.</summary>
[BothServers]
public sealed class FileTests(JetStreamServers servers) : IDisposable
{
    private const int Chunk = 128 * 1024;

    private readonly string _folder = Directory.CreateTempSubdirectory("earshot-obj-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task File_is_written_and_read()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        byte[] bytes = ObjRig.Bytes((3 * Chunk) + 5);
        await File.WriteAllBytesAsync(PathOf("in"), bytes, rig.Cancel);
        var progress = new ProgressLog();
        ObjectMetadata info = await store.PutFileAsync("a", PathOf("in"), new NatsObjPutOpts { Progress = progress }, rig.Cancel);
        Assert.Equal(new NatsObjProgress(bytes.Length, bytes.Length), progress.Reported[^1]);
        Assert.Equal(info.Digest, (await store.GetFileAsync("a", PathOf("out"), cancellationToken: rig.Cancel)).Digest);

        Assert.Equal(bytes, await File.ReadAllBytesAsync(PathOf("out"), rig.Cancel));
        await store.PutFileAsync(new ObjectMetadata { Name = "b", Description = "d" }, PathOf("in"), cancellationToken: rig.Cancel);
        Assert.Equal("d", (await store.GetInfoAsync("b", cancellationToken: rig.Cancel)).Description);
        Assert.Equal(["in", "out"], Names());
    }

    [Fact]
    public async Task File_that_exists_is_replaced_only_when_it_is_asked_for()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        await store.PutAsync("a", [1, 2], rig.Cancel);
        await File.WriteAllBytesAsync(PathOf("out"), [9], rig.Cancel);
        await Assert.ThrowsAsync<IOException>(async () => await store.GetFileAsync("a", PathOf("out"), cancellationToken: rig.Cancel));
        Assert.Equal([9], await File.ReadAllBytesAsync(PathOf("out"), rig.Cancel));
        await store.GetFileAsync("a", PathOf("out"), overwrite: true, cancellationToken: rig.Cancel);
        Assert.Equal([1, 2], await File.ReadAllBytesAsync(PathOf("out"), rig.Cancel));
    }

    [Theory]
    [InlineData("deleted while reading")]
    [InlineData("not found")]
    [InlineData("cancelled")]
    public async Task Failed_get_leaves_no_file_and_does_not_touch_one_that_exists(string how)
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(rig.Cancel);
        await store.PutAsync("a", ObjRig.Bytes(30 * Chunk), rig.Cancel);
        await File.WriteAllBytesAsync(PathOf("out"), [9], rig.Cancel);
        var progress = new ProgressLog(progress =>
        {
            if (how == "cancelled")
            {
                cancel.Cancel();
            }
            else if (progress.Bytes == Chunk)
            {
                store.DeleteAsync("a", rig.Cancel).AsTask().Wait(rig.Cancel); // the get continues behind it
            }
        });
        Exception? e = await Record.ExceptionAsync(async () =>
            await store.GetFileAsync(how == "not found" ? "b" : "a", PathOf("out"), new NatsObjGetOpts { Progress = progress }, overwrite: true, cancel.Token));

        Assert.True(how switch { "not found" => e is NatsObjNotFoundException, "cancelled" => e is OperationCanceledException, _ => e is NatsObjChangedException }, $"{e}");
        Assert.Equal(["out"], Names());
        Assert.Equal([9], await File.ReadAllBytesAsync(PathOf("out"), rig.Cancel));
    }

    [Fact]
    public async Task File_that_is_missing_is_an_error_and_sends_nothing()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        await rig.Connection.PingAsync(rig.Cancel);
        long sent = rig.Connection.Stats.SentMessages;
        await Assert.ThrowsAsync<FileNotFoundException>(async () => await store.PutFileAsync("a", PathOf("none"), cancellationToken: rig.Cancel));
        await Assert.ThrowsAsync<DirectoryNotFoundException>(async () => await store.GetFileAsync("a", PathOf("no/none"), cancellationToken: rig.Cancel));
        Assert.Equal(sent, rig.Connection.Stats.SentMessages);
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    private IEnumerable<string?> Names() => Directory.EnumerateFileSystemEntries(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
