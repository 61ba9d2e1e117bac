"""What is done to the animals of an arm besides its treatment: injections, lesions and knock-downs, optogenetics."""
