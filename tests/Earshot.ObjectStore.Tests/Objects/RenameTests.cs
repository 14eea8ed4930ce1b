using System.Text;
using Earshot.ObjectStore.Tests.Kit;
using Xunit;

namespace Earshot.ObjectStore.Tests.Objects;

/// <summary>Renames while another client changes the object under its old name, in a simulated bucket. Who replaces or deletes an object removes its chunks.</summary>
public sealed class RenameTests : IAsyncLifetime
{
    private const string Old = "$O.b.M.YQ==";
    private const string New = "$O.b.M.Yg==";

    private NatsTestServer _server = null!;
    private NatsConnection _connection = null!;
    private ModelBucket _bucket = null!;
    private NatsObjStore _store = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        _connection = new NatsConnection(new NatsOpts { Url = _server.Url });
        await _connection.ConnectAsync(Cancel);
        _bucket = await ModelBucket.StartAsync(_server.Url, Cancel);
        _store = _bucket.StoreOn(_connection);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _bucket.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Object_that_replaces_the_renamed_one_meanwhile_gets_the_new_name()
    {
        await PutAsync();
        AfterTheNewName(own =>
        {
            _bucket.Add(Old, """{"name":"a","nuid":"other","size":1,"chunks":1}"""u8.ToArray());
            _bucket.Lose($"{own}-0");
        });

        Assert.Equal(("b", "other"), Shown(await _store.RenameAsync("a", "b", Cancel)));
        Assert.Equal(("b", "other"), Shown(await _store.GetInfoAsync("b", cancellationToken: Cancel)));
        ObjectMetadata old = await _store.GetInfoAsync("a", showDeleted: true, Cancel);
        Assert.True(old.Deleted);
        Assert.NotEqual("other", old.Nuid);
    }

    [Fact]
    public async Task Object_that_is_deleted_meanwhile_has_neither_name()
    {
        await PutAsync();
        AfterTheNewName(own =>
        {
            _bucket.Add(Old, Encoding.UTF8.GetBytes($$"""{"name":"a","nuid":"{{own}}","size":0,"chunks":0,"deleted":true}"""));
            _bucket.Lose($"{own}-0");
        });

        await Assert.ThrowsAsync<NatsObjNotFoundException>(async () => await _store.RenameAsync("a", "b", Cancel));
        await Assert.ThrowsAsync<NatsObjNotFoundException>(async () => await _store.GetInfoAsync("b", cancellationToken: Cancel));
        await Assert.ThrowsAsync<NatsObjNotFoundException>(async () => await _store.GetInfoAsync("a", cancellationToken: Cancel));
    }

    [Fact]
    public async Task Information_that_is_changed_meanwhile_is_that_of_the_new_name()
    {
        ObjectMetadata before = await PutAsync();
        AfterTheNewName(own => _bucket.Add(Old, Encoding.UTF8.GetBytes($$"""{"name":"a","nuid":"{{own}}","size":3,"chunks":1,"description":"new"}""")));

        await _store.UpdateMetaAsync("a", new ObjectMetadata { Name = "b", Metadata = new() { ["k"] = "v" } }, Cancel);
        ObjectMetadata after = await _store.GetInfoAsync("b", cancellationToken: Cancel);
        Assert.Equal((before.Nuid, null, "v"), (after.Nuid, after.Description, after.Metadata!["k"]));
        await Assert.ThrowsAsync<NatsObjNotFoundException>(async () => await _store.GetInfoAsync("a", cancellationToken: Cancel));
        Assert.Contains(_bucket.Stored, message => message.IsChunk);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Object_that_is_renamed_twice_to_the_same_name_keeps_it(bool isOtherLater)
    {
        ObjectMetadata before = await PutAsync();
        string copy = $$"""{"name":"b","nuid":"{{before.Nuid}}","size":3,"chunks":1}""", mark = """{"name":"a","nuid":"none","deleted":true}""";
        if (!isOtherLater)
        {
            _bucket.Add(New, Encoding.UTF8.GetBytes(copy)); // the other rename has written the new name first
        }

        AfterTheNewName(_ =>
        {
            if (isOtherLater)
            {
                _bucket.Add(New, Encoding.UTF8.GetBytes(copy));
            }

            _bucket.Add(Old, Encoding.UTF8.GetBytes(mark));
        });

        await Assert.ThrowsAsync<NatsObjNotFoundException>(async () => await _store.RenameAsync("a", "b", Cancel));
        Assert.Equal(("b", before.Nuid), Shown(await _store.GetInfoAsync("b", cancellationToken: Cancel)));
    }

    [Fact]
    public async Task Rename_whose_object_always_changes_ends_with_an_error_and_leaves_the_old_name()
    {
        await PutAsync();
        _bucket.Decide = (_, _) =>
        {
            if (_bucket.Stored.Any(message => message.Subject == New && !Encoding.UTF8.GetString(message.Data).Contains("\"deleted\"", StringComparison.Ordinal)))
            {
                _bucket.Add(Old, """{"name":"a","nuid":"other","size":1,"chunks":1}"""u8.ToArray());
            }

            return ModelVerdict.Store;
        };

        NatsObjException e = await Assert.ThrowsAsync<NatsObjException>(async () => await _store.RenameAsync("a", "b", Cancel));
        Assert.Contains("changed by others 100 times", e.Message, StringComparison.Ordinal);
        Assert.Equal("other", (await _store.GetInfoAsync("a", cancellationToken: Cancel)).Nuid);
        await Assert.ThrowsAsync<NatsObjNotFoundException>(async () => await _store.GetInfoAsync("b", cancellationToken: Cancel));
    }

    private static (string, string?) Shown(ObjectMetadata info) => (info.Name, info.Nuid);

    private ValueTask<ObjectMetadata> PutAsync() => _store.PutAsync(new ObjectMetadata { Name = "a" }, "123"u8.ToArray(), cancellationToken: Cancel);

    // What another client does when the new name is written and the old one is not marked yet. Its argument is the id of the object.
    private void AfterTheNewName(Action<string> act)
    {
        string own = _bucket.Stored.First(message => message.IsChunk).Subject.Split('.')[^1];
        int writes = 0;
        _bucket.Decide = (_, _) =>
        {
            if (++writes == 2)
            {
                act(own);
            }

            return ModelVerdict.Store;
        };
    }
}
