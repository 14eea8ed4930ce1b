using Earshot.ObjectStore.Watching;
using Xunit;

namespace Earshot.ObjectStore.Tests.Watching;

/// <summary>The end of the first objects of a watch.</summary>
public sealed class FirstObjectsTests
{
    private readonly FirstObjects _first = new();

    [Fact]
    public void Empty_bucket_has_none()
    {
        Assert.False(_first.HaveEnded);
        _first.Created(0);
        Assert.True(_first.HaveEnded);
    }

    [Fact]
    public void They_end_with_the_message_that_no_other_follows()
    {
        _first.Created(3);
        _first.Received(1);
        Assert.False(_first.HaveEnded);
        _first.Received(0); // one was removed meanwhile
        Assert.True(_first.HaveEnded);
    }

    [Fact]
    public void They_end_with_the_number_that_there_was_although_more_is_written()
    {
        _first.Created(2);
        _first.Received(5);
        Assert.False(_first.HaveEnded);
        _first.Received(9);
        Assert.True(_first.HaveEnded);
    }

    [Fact]
    public void Second_consumer_counts_from_its_own_start()
    {
        _first.Created(3);
        _first.Received(2);
        _first.Created(2);
        _first.Received(4);
        Assert.False(_first.HaveEnded);
        _first.Received(3);
        Assert.True(_first.HaveEnded);
        _first.Created(7);
        Assert.True(_first.HaveEnded); // it does not begin again
    }

    [Fact]
    public void Removed_rest_is_their_end()
    {
        _first.Created(2);
        _first.Received(1);
        _first.Drained();
        Assert.True(_first.HaveEnded);
    }
}
