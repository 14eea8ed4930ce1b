// A file drop: one side puts a file into a bucket, the other one watches the bucket and gets each file that arrives, with progress.
using Earshot;
using Earshot.ObjectStore;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
string folder = Directory.CreateTempSubdirectory("file-drop-").FullName;
string report = Path.Combine(folder, "report.bin");
await File.WriteAllBytesAsync(report, new byte[300_000]);
await using var client = new NatsClient(url);

// snippet: object-store-bucket
INatsObjContext objects = client.CreateObjectStoreContext();
INatsObjStore drop = await objects.CreateOrUpdateObjectStoreAsync(new NatsObjConfig("drop")
{
    Storage = NatsObjStorageType.Memory,
    MaxAge = TimeSpan.FromHours(1),
});
// end snippet

// snippet: object-store-put
ObjectMetadata sent = await drop.PutFileAsync(
    new ObjectMetadata { Name = "reports/today", Description = "all sales" }, report, new NatsObjPutOpts { Progress = new Printed("put") });
Console.WriteLine($"{sent.Name}: {sent.Size} bytes in {sent.Chunks} chunks, {sent.Digest}");
// end snippet

// snippet: object-store-watch
await foreach (ObjectMetadata file in drop.WatchAsync())
{
    if (file.Deleted)
    {
        Console.WriteLine($"deleted: {file.Name}");
        break;
    }

    // Nothing has the name "received" until all bytes are there and match the digest.
    Console.WriteLine($"arrived: {file.Name} ({file.Description})");
    await drop.GetFileAsync(file.Name, Path.Combine(folder, "received"), new NatsObjGetOpts { Progress = new Printed("get") }, overwrite: true);
    await drop.DeleteAsync(file.Name);
}
// end snippet

Console.WriteLine($"received {new FileInfo(Path.Combine(folder, "received")).Length} bytes");
await objects.DeleteObjectStore("drop", CancellationToken.None);
Directory.Delete(folder, recursive: true);

// snippet: object-store-progress
internal sealed class Printed(string what) : IProgress<NatsObjProgress>
{
    public void Report(NatsObjProgress value) => Console.WriteLine($"{what}: {value.Bytes} of {value.Total} bytes");
}
// end snippet
