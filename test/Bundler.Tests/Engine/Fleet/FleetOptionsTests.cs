using System.ComponentModel.DataAnnotations;
using Bundler.Engine.Fleet;

namespace Bundler.Tests.Engine.Fleet;

public sealed class FleetOptionsTests
{
    // "a" would take the leases of "a#b" for those of an earlier process of its own.
    [TestCase("", true)]
    [TestCase("node-1.zone-b", true)]
    [TestCase("a#b", false)]
    [TestCase("#", false)]
    public void An_id_does_not_have_the_mark_that_parts_it_from_its_processes(string id, bool isGood)
    {
        FleetOptions options = new() { Id = id };

        Assert.That(Validator.TryValidateObject(options, new ValidationContext(options), [], validateAllProperties: true), Is.EqualTo(isGood));
    }
}
