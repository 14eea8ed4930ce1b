using Earshot.JetStream.ConsumerGroups.Partitions;
using Xunit;

namespace Earshot.JetStream.ConsumerGroups.Tests.Partitions;

/// <summary>The distribution that all languages compute: consecutive runs, the rest from the front, in the order of the names.</summary>
public sealed class PartitionSharesTests
{
    [Theory]
    [InlineData(6, "a", "0.> 1.> 2.>")]
    [InlineData(6, "b", "3.> 4.> 5.>")]
    [InlineData(7, "a", "0.> 1.> 2.> 6.>")]
    [InlineData(7, "b", "3.> 4.> 5.>")]
    [InlineData(1, "a", "0.>")]
    [InlineData(1, "b", "")]
    [InlineData(6, "c", "")]
    public void Members_share_the_partitions_evenly(int partitions, string member, string filters) =>
        Assert.Equal(filters, string.Join(' ', PartitionShares.Of(new NatsPcgStaticConfig { MaxMembers = partitions, Members = ["b", "a", "b"] }, member)));

    [Fact]
    public void Each_partition_has_one_filter_for_each_subject_of_the_group() =>
        Assert.Equal(
            ["0.x.*", "0.y.>", "1.x.*", "1.y.>"],
            PartitionShares.Of(new NatsPcgElasticConfig { MaxMembers = 2, Members = ["a"], PartitioningFilters = [new("x.*", [1]), new("y.>")] }, "a"));

    [Fact]
    public void Mappings_name_partitions_and_no_subjects() =>
        Assert.Equal(
            ["0.>", "2.>"],
            PartitionShares.Of(new NatsPcgStaticConfig { MaxMembers = 3, Filters = ["x.*"], MemberMappings = [new("a", [2, 0]), new("b", [1])] }, "a"));

    [Fact]
    public void A_mapping_may_have_no_partitions() =>
        Assert.Empty(PartitionShares.Of(new NatsPcgElasticConfig { MaxMembers = 1, MemberMappings = [new("a", null!), new("b", [0])] }, "a"));

    [Theory]
    [InlineData("orders.*", "1", "{{Partition(10,1)}}.orders.{{Wildcard(1)}}")]
    [InlineData("*.x.*.>", "2,1", "{{Partition(10,2,1)}}.{{Wildcard(1)}}.x.{{Wildcard(2)}}.>")]
    [InlineData(">", "", "{{Partition(10)}}.>")]
    public void The_transform_inserts_the_partition_of_the_key(string filter, string wildcards, string destination) =>
        Assert.Equal(
            destination,
            PartitionSubjects.Destination(new NatsPcgPartitioningFilter(filter, [.. wildcards.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)]), 10));

    [Theory]
    [InlineData("12.orders.7", 12, "orders.7")]
    [InlineData("orders.7", -1, "orders.7")]
    [InlineData("7", -1, "7")]
    public void The_subject_of_a_message_is_without_its_partition(string stored, int partition, string subject) =>
        Assert.Equal((partition, subject), PartitionSubjects.Split(stored));

    [Theory]
    [InlineData("a.*", "a.b", true)]
    [InlineData("a.>", "a.b.c", true)]
    [InlineData("a.*", "a.b.c", false)]
    [InlineData("a.b", "a.c", false)]
    [InlineData("a.>", "a", false)]
    public void Filters_overlap_when_a_subject_matches_both(string one, string other, bool overlap) =>
        Assert.Equal(overlap, PartitionSubjects.Overlap(one, other));
}
