using Earshot.JetStream;
using Earshot.KeyValueStore.Buckets;
using Xunit;

namespace Earshot.KeyValueStore.Tests.Buckets;

/// <summary>The configuration of the stream of a bucket, without a server.</summary>
public sealed class BucketConfigsTests
{
    [Fact]
    public void Defaults_are_those_of_the_specification()
    {
        StreamConfig stream = BucketConfigs.ToStream(new NatsKVConfig("b"));
        Assert.Equal(("KV_b", 1L, StreamConfigDiscard.New, TimeSpan.FromMinutes(2)), (stream.Name, stream.MaxMsgsPerSubject, stream.Discard, stream.DuplicateWindow));
        Assert.True(stream is { AllowDirect: true, DenyDelete: true, AllowRollupHdrs: true, AllowMsgTTL: false, MirrorDirect: false, Storage: StreamConfigStorage.File });
    }

    [Theory]
    [InlineData(0, 120)]
    [InlineData(30, 30)]
    [InlineData(120, 120)]
    [InlineData(3600, 120)]
    public void Duplicate_window_is_two_minutes_or_the_maximum_age(int maxAge, int window) =>
        Assert.Equal(TimeSpan.FromSeconds(window), BucketConfigs.ToStream(new NatsKVConfig("b") { MaxAge = TimeSpan.FromSeconds(maxAge) }).DuplicateWindow);

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)] // set by another program
    public void Atomic_updates_are_switched_on_and_never_off(bool asked, bool present, bool expected) =>
        Assert.Equal(expected, BucketConfigs.ToStream(new NatsKVConfig("b") { AllowAtomic = asked }, new StreamConfig { AllowAtomicPublish = present }).AllowAtomicPublish);

    [Fact]
    public void Placement_is_passed_on()
    {
        var placement = new Placement { Cluster = "c", Tags = ["t"] };
        Assert.Same(placement, BucketConfigs.ToStream(new NatsKVConfig("b") { Placement = placement }).Placement);
    }

    [Fact]
    public void Mirror_has_no_subjects_and_the_name_of_a_stream()
    {
        var mirror = new StreamSource { Name = "origin" };
        StreamConfig stream = BucketConfigs.ToStream(new NatsKVConfig("b") { Mirror = mirror });
        Assert.Equal((null, "KV_origin", true), (stream.Subjects, stream.Mirror!.Name, stream.MirrorDirect));
        Assert.Equal("origin", mirror.Name); // the caller's object is not modified
    }

    [Fact]
    public void Source_without_transformations_gets_one_and_others_are_kept()
    {
        SubjectTransform[] own = [new SubjectTransform { Src = "$KV.y.a.>", Dest = "$KV.b.a.>" }];
        StreamConfig stream = BucketConfigs.ToStream(new NatsKVConfig("b")
        {
            Sources = [new StreamSource { Name = "x" }, new StreamSource { Name = "KV_y", SubjectTransforms = own }],
        });
        Assert.Equal(["KV_x", "KV_y"], stream.Sources!.Select(source => source.Name));
        Assert.Equal([("$KV.x.>", "$KV.b.>")], stream.Sources!.First().SubjectTransforms!.Select(transform => (transform.Src!, transform.Dest)));
        Assert.Same(own, stream.Sources!.Last().SubjectTransforms);
        Assert.Equal(["$KV.b.>"], stream.Subjects!);
    }

    [Theory]
    [InlineData("$JS.hub.API", "$JS.hub.API.$KV.origin.k")]
    [InlineData(null, "$KV.origin.k")]
    public void Writes_to_a_mirror_go_to_the_mirrored_bucket(string? api, string written)
    {
        var connection = new NatsConnection();
        var config = new StreamConfig { Name = "KV_b", Mirror = new StreamSource { Name = "KV_origin", External = api is null ? null : new ExternalStreamSource { Api = api } } };
        var routes = new BucketRoutes(new NatsJSContext(connection), "b", new StreamInfo { Config = config });
        Assert.Equal((written, "$JS.API.DIRECT.GET.KV_b.$KV.origin.k", "KV_origin"), (routes.Written("k"), routes.Direct("k"), routes.OriginStream));
    }

    [Fact]
    public void Context_with_a_prefix_writes_with_it()
    {
        var connection = new NatsConnection();
        var routes = new BucketRoutes(new NatsJSContext(connection, new NatsJSOpts(connection.Opts, apiPrefix: "my.api")), "b", new StreamInfo { Config = new StreamConfig("KV_b", []) });
        Assert.Equal(("my.api.$KV.b.k", "my.api.DIRECT.GET.KV_b.$KV.b.k", "$KV.b."), (routes.Written("k"), routes.Direct("k"), routes.Subjects));
    }
}
