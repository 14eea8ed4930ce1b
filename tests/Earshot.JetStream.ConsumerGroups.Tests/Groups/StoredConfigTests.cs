using System.Text;
using Earshot.JetStream.ConsumerGroups.Partitions;
using Earshot.JetStream.ConsumerGroups.Storage;
using Xunit;

namespace Earshot.JetStream.ConsumerGroups.Tests.Groups;

/// <summary>The stored JSON, which other languages read and write.</summary>
public sealed class StoredConfigTests
{
    [Fact]
    public void A_static_group_has_the_fields_of_all_languages() =>
        Assert.Equal(
            """{"max_members":4,"filters":["a.*"],"members":["m1","m2"]}""",
            Text(Configs.Write(new NatsPcgStaticConfig { MaxMembers = 4, Filters = ["a.*"], Members = ["m2", "m1", "m2"], MemberMappings = [] })));

    [Fact]
    public void An_elastic_group_has_the_fields_of_all_languages() =>
        Assert.Equal(
            """{"max_members":2,"partitioning_filters":[{"filter":"a.*","partitioning_wildcards":[1]},{"filter":"b","partitioning_wildcards":[]}],"max_buffered_msg":9,"member_mappings":[{"member":"m1","partitions":[0,1]}]}""",
            Text(Configs.Write(new NatsPcgElasticConfig
            {
                MaxMembers = 2,
                PartitioningFilters = [new("a.*", [1]), new("b")],
                MaxBufferedMsgs = 9,
                MaxBufferedBytes = -1,
                MemberMappings = [new("m1", [0, 1])],
            })));

    [Fact]
    public void Unknown_fields_survive_a_change()
    {
        NatsPcgElasticConfig config = Configs.ReadElastic("""{"max_members":2,"partitioning_filters":[],"later":{"a":1}}"""u8.ToArray());
        Assert.Equal("""{"max_members":2,"partitioning_filters":[],"members":["m"],"later":{"a":1}}""", Text(Configs.Write(config with { Members = ["m"] })));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"max_members":2,"filter":"a.*","members":["m1"]}""")]
    public void A_configuration_that_cannot_be_used_is_not_guessed(string json)
    {
        Assert.Throws<NatsPcgConfigException>(() => Configs.ReadStatic(Encoding.UTF8.GetBytes(json)));
        Assert.Throws<NatsPcgConfigException>(() => Configs.ReadElastic(Encoding.UTF8.GetBytes(json)));
    }

    [Theory]
    [InlineData("""{"max_members":2,"partitioning_filters":[null],"members":["m1"]}""")]
    [InlineData("""{"max_members":2,"partitioning_filters":[{"filter":null}],"members":["m1"]}""")]
    [InlineData("""{"max_members":2,"partitioning_filters":[{"filter":"a..b"}],"members":["m1"]}""")]
    [InlineData("""{"max_members":2,"members":[null]}""")]
    [InlineData("""{"max_members":2,"member_mappings":[null]}""")]
    [InlineData("""{"max_members":2,"member_mappings":[{"member":null,"partitions":[0]}]}""")]
    [InlineData("""{"max_members":2,"member_mappings":[{"member":"m1","partitions":[2]}]}""")]
    [InlineData("""{"max_members":2,"member_mappings":[{"member":"m1","partitions":[-1]}]}""")]
    [InlineData("""{"max_members":30000000,"members":["m1"]}""")]
    [InlineData("""{"max_members":40000,"partitioning_filters":[{"filter":"a"},{"filter":"b"}],"members":["m1"]}""")]
    public void A_stored_elastic_group_that_no_client_should_have_written_is_refused(string json) =>
        Assert.Throws<NatsPcgConfigException>(() => Configs.ReadElastic(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("""{"max_members":2,"filters":[null],"members":["m1"]}""")]
    [InlineData("""{"max_members":2,"filters":[""],"members":["m1"]}""")]
    [InlineData("""{"max_members":2,"members":["m1",null]}""")]
    [InlineData("""{"max_members":2,"member_mappings":[null]}""")]
    [InlineData("""{"max_members":2,"member_mappings":[{"member":"m1","partitions":[0,2]}]}""")]
    [InlineData("""{"max_members":30000000,"members":["m1"]}""")]
    public void A_stored_static_group_that_no_client_should_have_written_is_refused(string json) =>
        Assert.Throws<NatsPcgConfigException>(() => Configs.ReadStatic(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void A_mapping_without_partitions_is_empty()
    {
        byte[] json = """{"max_members":1,"member_mappings":[{"member":"m1","partitions":null},{"member":"m2","partitions":[0]}]}"""u8.ToArray();
        Assert.Empty(PartitionShares.Of(Configs.ReadStatic(json), "m1"));
        Assert.Empty(Configs.ReadElastic(json).GetPcgElasticPartitionFilters("m1"));
        Assert.Equal(["0.>"], Configs.ReadElastic(json).GetPcgElasticPartitionFilters("m2"));
    }

    private static string Text(byte[] json) => Encoding.UTF8.GetString(json);
}
